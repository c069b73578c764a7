/** Whether an address is Hookdeck's. Hookdeck answers Okta's verification itself, so the secret is not proven by it. */
export function isHookdeck(address: string): boolean {
  const host = URL.parse(address)?.hostname ?? "";
  return /(^|\.)(hkdk\.events|hookdeck\.com)$/.test(host);
}
