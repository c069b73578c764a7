/** Reads a request's body, and never more of it than fits. */

/** Netlify takes at most 6 MB; Okta's largest deliveries are far below either. */
export const MAX_BODY_BYTES = 5 * 1024 * 1024;

/** What reading came to. */
export type BodyBytes =
  | { readonly outcome: "body"; readonly bytes: Uint8Array }
  | { readonly outcome: "body-too-large" }
  | { readonly outcome: "body-cut-off" };

/** Stops reading as soon as more than `maxBytes` have come, whatever `content-length` claims. */
export async function readBody(request: Request, maxBytes: number = MAX_BODY_BYTES): Promise<BodyBytes> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) return { outcome: "body-too-large" };
  if (request.body === null) return { outcome: "body", bytes: new Uint8Array() };
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.body) {
      length += chunk.byteLength;
      // Leaving the loop cancels the stream.
      if (length > maxBytes) return { outcome: "body-too-large" };
      chunks.push(chunk);
    }
  } catch {
    // The caller went away half-way: there is nobody to tell more than that.
    return { outcome: "body-cut-off" };
  }
  return { outcome: "body", bytes: Buffer.concat(chunks, length) };
}
