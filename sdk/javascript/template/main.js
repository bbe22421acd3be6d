// The component: the provider of provider.js over what the host gives it.

import app from "plugpacks:provider/app@0.1.0";
import catalog from "plugpacks:provider/catalog@0.1.0";
import diagnostics from "plugpacks:provider/diagnostics@0.1.0";
import environment from "plugpacks:provider/environment@0.1.0";
import { guest } from "./sdk/plugpacks.js";
import { provider } from "./provider.js";

const warn = (...words) => diagnostics.warn(words.join(" "));
globalThis.console = { log: warn, info: warn, warn, error: warn, debug: warn };

export const providerGuest = guest(provider, { app, environment, diagnostics, catalog });
