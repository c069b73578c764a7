/**
 * Loads a module when it is first needed and hands it over from then on: `import()` alone takes Node some 30 µs each time, of the time
 * that an answer to Okta takes. A load that fails is tried again.
 */
export function loadOnce<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let loading: Promise<Module> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
