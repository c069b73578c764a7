/** Collects the values of a statement while its text is put together: each gets its `$1`, `$2` … in turn. */
export function collectValues(): { readonly values: unknown[]; readonly bind: (value: unknown) => string } {
  const values: unknown[] = [];
  return {
    values,
    bind(value) {
      values.push(value);
      return `$${values.length}`;
    },
  };
}
