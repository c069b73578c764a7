/** What a text must be like to be a key of the store. An event whose own keys are not is unreadable. */

/** Of `uuid`, in UTF-16 units. Okta's are 36 characters. */
export const MAX_UUID_LENGTH = 128;

/** Of `eventType`, and of the other texts that the store searches by. */
export const MAX_EVENT_TYPE_LENGTH = 256;
