import { storeContract } from "../contract/store_contract.ts";
import { inFile, inMemory } from "../support/store_place.ts";

storeContract("memory", inMemory);
storeContract("a file", inFile);
