/** Okta's own words for the guide's event; for the others the type, read aloud. */
export function displayMessageOf(eventType: string): string {
  if (eventType === "user.lifecycle.create") return "Create Okta user";
  const words = eventType.replaceAll(/[._]/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
