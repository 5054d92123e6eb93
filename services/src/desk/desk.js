"use strict";
// The codes are shown in turn until a phone has answered; the verdict comes by events.
const words = {
  idle: { zh: "请按“下一位”", en: "Press “Next guest”" },
  waiting: { zh: "等待扫码", en: "Waiting for the phone" },
  verifying: { zh: "正在核验", en: "Checking" },
  verified: { zh: "验证成功", en: "Verified" },
  refused: { zh: "验证未通过", en: "Not verified" },
  failed: { zh: "暂时无法核验，请重试", en: "No answer: please try again" },
  expired: { zh: "已超时，请重试", en: "Time is up: please try again" },
};
const by = (id) => document.getElementById(id);
let language = new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh";
let state = "idle";
let events = null;
let turning = null;
let visit = null;

function say() {
  const other = language === "zh" ? "en" : "zh";
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const element of document.querySelectorAll("[data-zh]")) element.textContent = element.dataset[language];
  for (const name of ["zh", "en"]) by(name).setAttribute("aria-pressed", String(name === language));
  document.body.dataset.state = state;
  by("words").textContent = words[state][language];
  const shown = by("other");
  shown.textContent = words[state][other];
  shown.lang = other === "zh" ? "zh-CN" : "en";
  by("code").alt = language === "zh" ? "二维码：核验请求" : "Code: the request for an identity check";
}

function becomes(next) {
  state = next;
  say();
  if (state !== "waiting" && state !== "verifying") ends();
}

// Nothing of the visit before is heard or shown any more.
function ends() {
  if (events) events.close();
  clearInterval(turning);
  events = turning = null;
}

function turn(id, count) {
  const pictures = Array.from({ length: count }, (_, number) => {
    const picture = new Image();
    picture.src = `/visits/${id}/codes/${number}`;
    return picture;
  });
  let at = 0;
  const show = () => {
    by("code").src = pictures[at].src;
    by("count").textContent = `${at + 1} / ${count}`;
    at = (at + 1) % count;
  };
  by("code").hidden = false;
  show();
  turning = setInterval(show, 400);
}

// One visit at a time: what comes of one that was asked for before is not of this guest.
async function next() {
  const own = visit = {};
  const hears = (next) => { if (own === visit) becomes(next); };
  ends();
  by("code").hidden = true;
  by("count").textContent = "";
  becomes("idle");
  try {
    const answer = await fetch("/visits", { method: "POST", body: by("tickets").checked ? "tickets" : "platform" });
    const text = await answer.text();
    if (own !== visit) return;
    if (!answer.ok) return becomes("failed");
    const [id, count] = text.trim().split(" ");
    document.body.dataset.visit = id;
    becomes("waiting");
    turn(id, Number(count));
    const source = events = new EventSource(`/visits/${id}/events`);
    source.addEventListener("state", (event) => hears(event.data));
    // It comes again by itself, unless the desk does not know the visit any more.
    source.addEventListener("error", () => { if (source.readyState === EventSource.CLOSED) hears("failed"); });
  } catch {
    hears("failed");
  }
}

by("next").addEventListener("click", next);
for (const name of ["zh", "en"]) by(name).addEventListener("click", () => { language = name; say(); });
say();
