/** What Netlify gives a function as `Netlify`: the variables of its site. */

/** Gives this process these variables, and no others. */
export function setNetlifyEnvironment(values: Readonly<Record<string, string>>): void {
  const variables = new Map(Object.entries(values));
  globalThis.Netlify = {
    context: null,
    env: {
      get: (name) => variables.get(name),
      has: (name) => variables.has(name),
      set: (name, value) => void variables.set(name, value),
      delete: (name) => void variables.delete(name),
      toObject: () => Object.fromEntries(variables),
    },
  };
}
