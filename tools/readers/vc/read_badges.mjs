/* Verify badges that Canut signed, with a library of others; refuse each once it is changed.
   Argument: folder of what Canut wrote, with the vocabularies. */

import fs from "node:fs";
import path from "node:path";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import * as Ed25519Multikey from "@digitalbazaar/ed25519-multikey";
import { cryptosuite } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import * as vc from "@digitalbazaar/vc";

const [ours] = process.argv.slice(2);
const vocabularies = JSON.parse(fs.readFileSync(path.join(ours, "vocabularies.json"), "utf8"));

async function load(url) {
  if (vocabularies[url]) return { contextUrl: null, documentUrl: url, document: vocabularies[url] };
  if (!url.startsWith("did:key:")) throw new Error(`nothing is fetched: ${url}`);
  const [did, fragment] = url.split("#");
  const multibase = fragment ?? did.slice("did:key:".length);
  const key = await Ed25519Multikey.from({
    "@context": "https://w3id.org/security/multikey/v1",
    id: `${did}#${multibase}`,
    type: "Multikey",
    controller: did,
    publicKeyMultibase: multibase,
  });
  const method = await key.export({ publicKey: true, includeContext: true });
  const document = fragment
    ? method
    : {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        id: did,
        verificationMethod: [method],
        assertionMethod: [method.id],
      };
  return { contextUrl: null, documentUrl: url, document };
}

async function isVerified(credential) {
  const result = await vc.verifyCredential({
    credential,
    suite: new DataIntegrityProof({ cryptosuite }),
    documentLoader: load,
    checkStatus: async () => ({ verified: true }),
    now: new Date(credential.validFrom),
  });
  if (!result.verified && process.env.CANUT_TELL) console.error(JSON.stringify(result.error, null, 1));
  return result.verified;
}

for (const name of fs.readdirSync(path.join(ours, "badges")).filter((each) => each.endsWith(".json"))) {
  const text = fs.readFileSync(path.join(ours, "badges", name), "utf8");
  const whole = JSON.parse(text);
  const credential = { ...whole, proof: whole.proof[0] };
  if (!(await isVerified(credential))) throw new Error(`${name} was not verified`);
  if (await isVerified({ ...credential, name: `${credential.name}.` }))
    throw new Error(`${name} was verified after a change`);
}
const forged = JSON.parse(fs.readFileSync(path.join(ours, "badges", "forged", "skill.json"), "utf8"));
for (const [change, document] of Object.entries(forged)) {
  let verified = false;
  try {
    verified = await isVerified({ ...document, proof: document.proof[0] });
  } catch {
    verified = false;
  }
  if (verified) throw new Error(`a forged badge was verified: ${change}`);
}
console.log(`${Object.keys(forged).length} forged badges were refused`);
