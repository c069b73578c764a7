/** How long one question of the inspector's may take. A person waits for it; the invocation has 60 s (Netlify). */
export const QUERY_TIMEOUT_MS = 8_000;
