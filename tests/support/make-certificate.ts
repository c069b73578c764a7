/** Makes a self-signed certificate for an IP address: it is its own CA. Node can read certificates and not make them. */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

export interface MadeCertificate {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

/** Object identifiers as DER has them: ecdsa-with-SHA256, commonName, subjectAltName. */
const ECDSA_SHA256 = "06082a8648ce3d040302";
const COMMON_NAME = "0603550403";
const SUBJECT_ALT_NAME = "0603551d11";

/** @param expiresAt from then on it is expired */
export function makeCertificate({
  address,
  expiresAt = new Date("2049-01-01T00:00:00Z"),
}: {
  readonly address: string;
  readonly expiresAt?: Date;
}): MadeCertificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const algorithm = der(0x30, ECDSA_SHA256);
  const name = der(0x30, der(0x31, der(0x30, COMMON_NAME, der(0x0c, Buffer.from("a made server")))));
  const ip = Buffer.from(address.split(".").map(Number));
  const names = der(0x30, SUBJECT_ALT_NAME, der(0x04, der(0x30, der(0x87, ip))));
  const body = der(
    0x30,
    der(0xa0, der(0x02, "02")),
    der(0x02, Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    name,
    der(0x30, utcTime(new Date("2020-01-01T00:00:00Z")), utcTime(expiresAt)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, der(0x30, names)),
  );
  const signature = sign("sha256", body, privateKey);
  const whole = der(0x30, body, algorithm, der(0x03, "00", signature));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** An ASN.1 value: tag, length, content; text is hexadecimal. */
function der(tag: number, ...contents: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(
    contents.map((part) => (typeof part === "string" ? Buffer.from(part, "hex") : part)),
  );
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

/** Until 2049. */
function utcTime(date: Date): Buffer {
  return der(0x17, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, "").slice(2, 14)}Z`));
}
