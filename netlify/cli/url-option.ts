/** `--url`: which site a command is about. */
import { Option } from "commander";

/** Without it: what runs in this folder. */
export function urlOption(): Option {
  return new Option("--url <address>", "a site, or its endpoint; without it the one that runs here");
}

/** The same, for a command that asks the site's API. */
export function apiUrlOption(): Option {
  const { flags, description } = urlOption();
  return new Option(flags, `${description}. Deployed it asks for INSPECTOR_PASSWORD`);
}
