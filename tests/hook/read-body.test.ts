import { describe, expect, it } from "vitest";
import { readBody } from "../../netlify/hook/read-body.ts";

const maxBytes = 10;

/** A body that comes in pieces, without a content-length; `pulled` counts the pieces that were asked for. */
function aStream(pieces: readonly (string | Error)[]) {
  const state = { pulled: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces[state.pulled++];
        if (piece === undefined) controller.close();
        else if (piece instanceof Error) controller.error(piece);
        else controller.enqueue(new TextEncoder().encode(piece));
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { state, stream };
}

function aPost(body: string | ReadableStream<Uint8Array> | null, headers: Record<string, string> = {}) {
  return new Request("https://hooks.example/", {
    method: "POST",
    headers,
    body,
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
  });
}

async function textOf(request: Request) {
  const body = await readBody(request, maxBytes);
  return body.outcome === "body" ? new TextDecoder().decode(body.bytes) : body.outcome;
}

describe("a body is read", () => {
  it("up to the limit, in one piece or many", async () => {
    expect(await textOf(aPost("0123456789"))).toBe("0123456789");
    expect(await textOf(aPost(aStream(["01234", "", "56789"]).stream))).toBe("0123456789");
  });

  it("when it is empty, and when there is none", async () => {
    expect(await textOf(aPost(""))).toBe("");
    expect(await textOf(aPost(null))).toBe("");
  });

  it("byte for byte", async () => {
    const bytes = new Uint8Array([0, 255, 0xed, 0xa0, 0x80, 10]);
    const request = new Request("https://hooks.example/", { method: "POST", body: bytes });

    expect(await readBody(request, maxBytes)).toMatchObject({ outcome: "body", bytes: Buffer.from(bytes) });
  });

  it("whatever nonsense its content-length is", async () => {
    for (const length of ["", "many", "-1", "1", "NaN"]) {
      expect(await textOf(aPost("0123456789", { "content-length": length }))).toBe("0123456789");
    }
  });
});

describe("a body is too large", () => {
  it("one byte past the limit", async () => {
    expect(await textOf(aPost("0123456789!"))).toBe("body-too-large");
  });

  it("as soon as more than the limit came, without a content-length: the rest is not asked for", async () => {
    const { stream, state } = aStream(Array.from({ length: 1000 }, () => "0123"));

    expect(await textOf(aPost(stream))).toBe("body-too-large");
    expect(state).toEqual({ pulled: 3, cancelled: true });
  });

  it("whatever less its content-length claims", async () => {
    expect(await textOf(aPost("0123456789!", { "content-length": "3" }))).toBe("body-too-large");
  });

  it("when its content-length says so: nothing of it is read", async () => {
    const { stream, state } = aStream(["0"]);

    expect(await textOf(aPost(stream, { "content-length": "11" }))).toBe("body-too-large");
    expect(state.pulled).toBe(0);
  });
});

it("a body that breaks off half-way is cut off", async () => {
  expect(await textOf(aPost(aStream(["0123", new Error("the connection broke")]).stream))).toBe(
    "body-cut-off",
  );
});
