import "../lib/engine/sealed_entry.ts";
