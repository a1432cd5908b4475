// Alerts: what was told, by which rules, and where.

import { closedNote, permitted } from "/assets/js/accounts/closed.js";
import { ChannelsPart } from "/assets/js/alerts/channels.js";
import { HistoryPart } from "/assets/js/alerts/history.js";
import { RulesPart } from "/assets/js/alerts/rules.js";
import { toast } from "/assets/js/announce.js";
import { h, icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { tabs } from "/assets/js/tabs.js";
import { Live } from "/assets/js/wildlife/live.js";
import { allCameras, allSites } from "/assets/js/wildlife/places.js";
import { count } from "/assets/js/words.js";

const place = (id) => document.getElementById(id);
const NAMES = ["history", "rules", "channels"];

async function begin() {
  const me = await permitted("alerts");
  const [sites, cameras] = await Promise.all([allSites(), allCameras()]);
  const may = me.permissions.includes("rules");
  const history = new HistoryPart({ me, sites, cameras, told: (open) => setText(place("lead"), open ? `${count(open, "alert")} open.` : "Nothing is open.") });
  if (!may) {
    place("parts").replaceChildren(history.element);
  } else {
    const channels = new ChannelsPart();
    const rules = new RulesPart({ me, sites, cameras });
    const parts = { history, rules, channels };
    const asked = location.hash.slice(1);
    place("parts").replaceChildren(tabs("Alerts", [
      { id: "history", label: "History", body: history.element },
      { id: "rules", label: "Rules", body: rules.element },
      { id: "channels", label: "Channels", body: channels.element },
    ], {
      chosen: NAMES.includes(asked) ? asked : "history",
      heard: (chosen) => { parts[chosen].show(); window.history.replaceState(null, "", chosen === "history" ? location.pathname + location.search : `#${chosen}`); },
    }));
  }
  place("parts").removeAttribute("aria-busy");
  await history.show();
  new Live({
    heard: ({ event, title }) => { if (event === "alert_raised") { toast(title); history.renew(); } },
    missed: () => history.renew(),
  });
}

try {
  await begin();
} catch (fault) {
  setText(place("lead"), "Closed to you for now.");
  place("closed").replaceChildren(closedNote(fault) ?? h("p", { class: "field__error" }, icon("warn"), faultWords(fault)));
  place("closed").hidden = false;
  place("parts").hidden = true;
}
