export const realm = 1;
