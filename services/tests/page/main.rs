//! The desk's page in a browser: both verdicts, both languages, by the keyboard.
//!
//! Without Chromium and its driver (Debian: `chromium`, `chromium-driver`) it is left out.

mod browser;

use std::path::{Path, PathBuf};

use browser::Browser;
use selfsame::chip::ChipRecord;
use selfsame::codec::Message;
use selfsame::directory::SignedDirectory;
use selfsame_services::actors::{Counter, Kind, Operator, User, request_key};
use selfsame_services::enrol::directory_url;
use selfsame_services::http::Client;
use selfsame_services::town::{Town, plan};
use serde_json::json;

const RECORD: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../test-vectors/chip-records/adult-female.bin"));

/// A town with a guest who is enrolled.
async fn town(client: &Client) -> (Town, User) {
    let mut town = Town::found(plan(4, None).unwrap(), env!("CARGO_BIN_EXE_selfsame-services").into(), false).unwrap();
    town.start_all().await.unwrap();
    let directory = client.get(&directory_url(&town).unwrap()).await.unwrap();
    let directory = SignedDirectory::from_bytes(&directory).unwrap();
    let counter = Counter::new(&town.plan, client, directory.content().symbol_key()).unwrap();
    let user = User::new(&town.plan, client, 1).unwrap();
    user.does("/wallet", &[]).await.unwrap();
    let symbols = counter.symbols(&ChipRecord::parse(RECORD).unwrap()).await.unwrap();
    let offer = counter.offer(request_key(), Kind::Enrol, &symbols).await.unwrap();
    let request = user.does("/offer", &offer.to_bytes()).await.unwrap();
    let response = counter.issue(request_key(), &offer, &request, RECORD).await.unwrap();
    user.does("/response", &response).await.unwrap();
    Operator::new(&town.plan, client).unwrap().close().await.unwrap();
    user.does("/follow", &[]).await.unwrap();
    (town, user)
}

fn screenshots() -> PathBuf {
    let folder =
        std::env::var_os("SCREENSHOTS").map_or(Path::new(env!("CARGO_TARGET_TMPDIR")).join("desk"), Into::into);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// What is on the screen in the end: state, words, words in the other language, the page's
/// language.
fn screen(browser: &Browser) -> [String; 4] {
    let script = "return [document.body.dataset.state, document.getElementById('words').textContent, \
                  document.getElementById('other').textContent, document.documentElement.lang]";
    let found = browser.run(script);
    [0, 1, 2, 3].map(|place| found[place].as_str().unwrap().to_owned())
}

/// How the words of the verdict stand out from what is behind them (WCAG 2.2, 1.4.3).
fn contrast(browser: &Browser) -> f64 {
    let script = "const style = getComputedStyle(document.getElementById('verdict'));
        const light = (color) => { const [r, g, b] = color.match(/\\d+/g).slice(0, 3).map((n) => {
            const c = n / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
          return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
        const [a, b] = [light(style.color), light(style.backgroundColor)].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05);";
    browser.run(script).as_f64().unwrap()
}

/// The next guest: what the phone's user does after the code was scanned.
async fn guest(browser: &Browser, client: &Client, (town, user): (&Town, &User), does: &str) {
    // By the keyboard alone.
    browser.press_enter("#next");
    browser
        .wait("return document.body.dataset.state === 'waiting' && document.getElementById('code').naturalWidth > 0");
    let id = browser.run("return document.body.dataset.visit");
    let url = format!("{}/visits/{}/codes", town.url("desk").unwrap(), id.as_str().unwrap());
    let codes = client.get(&url).await.unwrap();
    user.does("/scan", &codes).await.unwrap();
    user.does(does, &[]).await.unwrap();
    browser.wait("return ['verified', 'refused', 'failed', 'expired'].includes(document.body.dataset.state)");
}

/// "Next guest", twice at once: what becomes of the visit that is not shown is nothing that this
/// guest's screen says.
async fn pressed_twice(browser: &Browser, client: &Client, (town, user): (&Town, &User)) {
    let script = "window.asked = []; window.states = [];
        new MutationObserver(() => window.states.push(document.body.dataset.state))
            .observe(document.body, { attributes: true, attributeFilter: ['data-state'] });
        const real = window.fetch;
        window.fetch = async (...question) => {
            const answer = await real(...question);
            window.asked.push((await answer.clone().text()).split(' ')[0]);
            return answer; };
        document.getElementById('next').click();
        document.getElementById('next').click();";
    browser.run(script);
    browser.wait("return window.asked.length === 2 && document.body.dataset.state === 'waiting'");
    let desk = town.url("desk").unwrap();
    for (which, does) in [("!==", "/agree"), ("===", "/decline")] {
        let id = browser.run(&format!("return window.asked.find((id) => id {which} document.body.dataset.visit)"));
        let codes = client.get(&format!("{desk}/visits/{}/codes", id.as_str().unwrap())).await.unwrap();
        user.does("/scan", &codes).await.unwrap();
        user.does(does, &[]).await.unwrap();
    }
    browser.wait("return document.body.dataset.state === 'refused'");
    assert_eq!(browser.run("return window.states.includes('verified')"), json!(false));
    assert_eq!(
        browser.run("return document.getElementById('code').src.includes(document.body.dataset.visit)"),
        json!(true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_at_the_desk_s_page() {
    let Some(browser) = Browser::start() else {
        println!("left out: there is no chromium with its driver (Debian: chromium, chromium-driver)");
        return;
    };
    let client = Client::new();
    let (town, user) = town(&client).await;
    let shots = screenshots();
    browser.open(&town.url("desk").unwrap());
    assert_eq!(screen(&browser)[..], ["idle", "请按“下一位”", "Press “Next guest”", "zh-CN"]);
    browser.screenshot(&shots.join("1-idle.png"));
    let verdicts =
        [("/agree", "verified", ["验证成功", "Verified"]), ("/decline", "refused", ["验证未通过", "Not verified"])];
    for (number, (does, state, [chinese, english])) in (2..).zip(verdicts) {
        guest(&browser, &client, (&town, &user), does).await;
        browser.click("#zh");
        assert_eq!(screen(&browser)[..], [state, chinese, english, "zh-CN"]);
        assert!(contrast(&browser) >= 4.5, "{state}: {}", contrast(&browser));
        browser.screenshot(&shots.join(format!("{number}-{state}-zh.png")));
        browser.click("#en");
        assert_eq!(screen(&browser)[..], [state, english, chinese, "en"]);
        assert_eq!(browser.run("return document.getElementById('next').textContent"), json!("Next guest"));
        browser.screenshot(&shots.join(format!("{number}-{state}-en.png")));
    }
    pressed_twice(&browser, &client, (&town, &user)).await;
    // Where tickets are asked a decoy takes none.
    browser.click("#tickets");
    guest(&browser, &client, (&town, &user), "/decline").await;
    assert_eq!(screen(&browser)[0], "refused");
    // Nothing broke, and nothing was loaded from elsewhere or against the page's policy.
    assert_eq!(browser.complaints(), Vec::<String>::new());
    let loaded =
        browser.run("return performance.getEntriesByType('resource').map((entry) => new URL(entry.name).origin)");
    let own = town.url("desk").unwrap();
    assert!(loaded.as_array().unwrap().len() > 4 && loaded.as_array().unwrap().iter().all(|origin| *origin == own));
}
