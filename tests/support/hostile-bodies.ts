/** Bodies of an authenticated call that are made to cost as much as they can. Each is an event hook and has up to 5 MiB. */
import { MAX_BODY_BYTES } from "../../netlify/hook/read-body.ts";

const keys = (number: number) =>
  `"uuid":"u${number}","eventType":"user.lifecycle.create","published":"2026-11-02T09:30:00Z"`;

/** As many of `piece` as fit, one after the other. */
function fill(begin: string, piece: (number: number) => string, end: string, maxBytes: number): string {
  const pieces: string[] = [];
  let left = maxBytes - begin.length - end.length;
  for (let number = 0; ; number += 1) {
    const text = number === 0 ? piece(number) : `,${piece(number)}`;
    if (text.length > left) return begin + pieces.join("") + end;
    left -= text.length;
    pieces.push(text);
  }
}

const begin = '{"eventType":"com.okta.event_hook","data":{"events":[';
const end = "]}}";
const inOne = (path: string) => `${begin}{${keys(1)},${path}`;
const zeros = (count: number) => Array(count).fill("0").join(",");

/** Makes each body, of at most so many bytes. */
export function hostileBodies(maxBytes: number = MAX_BODY_BYTES): Record<string, () => string> {
  const nested = (count: number) => `{"ipDetails":{"ipServiceCategories":[${zeros(count)}]}}`;
  return {
    "lists of nonsense in a list": () =>
      fill(inOne('"client":{"ipChain":['), () => nested(1000), `]}}${end}`, maxBytes),
    "lists of nonsense in two lists": () =>
      fill(
        `${inOne('"client":{"ipChain":[')}${Array(990).fill(nested(1000)).join(",")}]},"request":{"ipChain":[`,
        () => nested(1000),
        `]}}${end}`,
        Math.min(maxBytes, 4_000_000),
      ),
    "short lists of nonsense in a list": () =>
      fill(inOne('"client":{"ipChain":['), () => nested(1), `]}}${end}`, maxBytes),
    "one list of nonsense": () => fill(inOne('"target":['), () => "0", `]}${end}`, maxBytes),
    "one list of empty objects": () => fill(inOne('"target":['), () => "{}", `]}${end}`, maxBytes),
    "an object of many keys": () =>
      fill(inOne('"debugContext":{"debugData":{'), (number) => `"${number}":0`, `}}}${end}`, maxBytes),
    "an event of many keys": () =>
      fill(`${begin}{${keys(1)},`, (number) => `"${number}":0`, `}${end}`, maxBytes),
    "events that are empty objects": () => fill(begin, () => "{}", end, maxBytes),
    "events that are zeros": () => fill(begin, () => "0", end, maxBytes),
    "events with a long list of nonsense each": () =>
      fill(begin, (number) => `{${keys(number)},"target":[${zeros(1000)}]}`, end, maxBytes),
    "events with a short list of nonsense each": () =>
      fill(begin, (number) => `{${keys(number)},"target":[${zeros(20)}]}`, end, maxBytes),
    "events with every field wrong": () =>
      fill(
        begin,
        (number) =>
          `{${keys(number)},"actor":0,"client":0,"debugContext":0,"outcome":0,"request":0,"target":0,"transaction":0,"severity":0}`,
        end,
        maxBytes,
      ),
    "events as small as can be": () => fill(begin, (number) => `{${keys(number)}}`, end, maxBytes),
    "one event again and again": () => fill(begin, () => `{${keys(1)}}`, end, maxBytes),
    "unreadable events between readable ones": () =>
      fill(begin, (number) => (number % 2 ? "0" : `{${keys(number)}}`), end, maxBytes),
    "an envelope of nonsense": () =>
      fill('{"eventType":"com.okta.event_hook","data":{"events":[]},"x":[', () => "0", "]}", maxBytes),
    "a string of escapes": () => `${inOne('"displayMessage":"')}${"\\".repeat((maxBytes - 300) / 2)}"}${end}`,
  };
}
