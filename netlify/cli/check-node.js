/** Loaded before our programs: a Node that does not run TypeScript would answer with a stack. Hence plain JavaScript. */
if (!process.features.typescript) {
  process.stderr.write(
    `Node ${process.versions.node} does not run TypeScript, and the Node that this project brings is not installed: run npm ci --ignore-scripts=false\n`,
  );
  process.exit(1);
}
