/** Watches what `netlify dev` prints for the moment from which calls reach the endpoint. */
import { stripVTControlCharacters } from "node:util";

/**
 * Returns a reader of lines. `onReady` gets the server's address, once: when the server listens and the endpoint's
 * function is loaded, in whichever order the two are said.
 */
export function readDevOutput(onReady: (address: string) => void): (line: string) => void {
  let address: string | undefined;
  let loaded = false;
  let told = false;
  return (line) => {
    const text = stripVTControlCharacters(line);
    address ??= /dev server ready: (https?:\/\/\S+)/i.exec(text)?.[1];
    loaded ||= /Loaded function okta-webhooks-endpoint/i.test(text);
    if (told || address === undefined || !loaded) return;
    told = true;
    onReady(address);
  };
}
