import "./realm.ts";
