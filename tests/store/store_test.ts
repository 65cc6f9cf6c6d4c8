import { storeContract } from "../contract/store_contract.ts";
import { storeDamageContract } from "../contract/store_damage_contract.ts";
import { inFile, inMemory } from "../support/store_place.ts";

storeContract("memory", inMemory);
storeContract("a file", inFile);
storeDamageContract("memory", inMemory);
storeDamageContract("a file", inFile);
