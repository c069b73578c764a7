/** A handler's name: small letters, digits and single hyphens, 64 at most. Queue, page and terminal show it as it is. */
export const HANDLER_NAME = /^(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;
