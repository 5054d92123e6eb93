//! The story of a guest, told by processes: enrolment, check-in, a lost phone, a wanted person.
//! Each process is killed once in the middle, started again, and the story goes on.

use std::collections::BTreeSet;
use std::path::PathBuf;

use selfsame::chip::ChipRecord;
use selfsame::codec::Message;
use selfsame::directory::SignedDirectory;

use crate::actors::{Counter, Kind, Officer, Operator, Reception, User, request_key};
use crate::enrol::directory_url;
use crate::error::{Context, Error, Result};
use crate::http::{CallError, Client};
use crate::setup::PROCESSES;
use crate::town::{Town, plan};
use crate::wire;

/// On a piece of paper, at home.
const PASSCODE: &str = "翻山 越岭 夜航 早茶 墨水 竹林";
/// A record that comes with the library's test vectors: text and photo of a card that there is not.
const RECORD: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../test-vectors/chip-records/adult-female.bin"));

/// What the story is told with.
#[derive(Debug)]
pub struct Options {
    /// The binary whose subcommands the processes are.
    pub binary: PathBuf,
    /// Whether the folder is left behind.
    pub keep: bool,
    /// The address of a PostgreSQL server, if rows go there.
    pub postgres: Option<String>,
}

struct Story {
    town: Town,
    counter: Counter,
    officer: Officer,
    operator: Operator,
    reception: Reception,
    users: [User; 2],
    killed: BTreeSet<&'static str>,
}

fn step(chinese: &str, english: &str) {
    println!("\n{chinese}\n{english}");
}

/// Tells the story.
///
/// # Errors
/// Where it goes otherwise than promised.
pub async fn tell(options: Options) -> Result<()> {
    let mut story = Story::begin(options).await?;
    let record = ChipRecord::parse(RECORD).context("the record")?;
    story.enrol(&record).await?;
    story.check_in().await?;
    story.offline().await?;
    story.lose(&record).await?;
    story.want(&record).await?;
    story.end().await
}

impl Story {
    async fn begin(options: Options) -> Result<Self> {
        step("〇、各服务启动，各为独立进程。", "0. The services start, each a process of its own.");
        let mut town = Town::found(plan(4, options.postgres)?, options.binary, options.keep)?;
        println!("  {}", town.plan.root.display());
        town.start_all().await?;
        println!("  {} processes 进程: {}", PROCESSES.len(), PROCESSES.join(", "));
        let client = Client::new();
        let directory = client.get(&directory_url(&town)?).await.context("the directory")?;
        let directory = SignedDirectory::from_bytes(&directory).context("the directory")?;
        let symbol_key = directory.content().symbol_key();
        Ok(Self {
            counter: Counter::new(&town.plan, &client, symbol_key)?,
            officer: Officer::new(&town.plan, &client)?,
            operator: Operator::new(&town.plan, &client)?,
            reception: Reception::new(&town.plan, &client)?,
            users: [User::new(&town.plan, &client, 1)?, User::new(&town.plan, &client, 2)?],
            town,
            killed: BTreeSet::new(),
        })
    }

    async fn kill(&mut self, name: &'static str) -> Result<()> {
        self.town.kill_and_restart(name).await?;
        println!("  kill -9 {name}; started again 已重启");
        self.killed.insert(name);
        Ok(())
    }

    async fn enrol(&mut self, record: &ChipRecord) -> Result<()> {
        step("一、柜台读取证件，手机办理网证。", "1. A counter reads the card, and the phone enrols.");
        self.users[0].sees("/wallet", &[]).await.context("the wallet")?;
        let symbols = self.counter.symbols(record).await?;
        self.kill("authority").await?;
        if self.counter.symbols(record).await? != symbols {
            return Err(Error::new("the authority makes other symbols after a restart"));
        }
        let key = request_key();
        let offer = self.counter.offer(key, Kind::Enrol, &symbols).await?;
        self.kill("registry").await?;
        if self.counter.offer(key, Kind::Enrol, &symbols).await?.to_bytes() != offer.to_bytes() {
            return Err(Error::new("the same request has another offer after a restart"));
        }
        let request = self.users[0].does("/offer", &offer.to_bytes()).await.context("the phone")?;
        let key = request_key();
        let response = self.counter.issue(key, &offer, &request, RECORD).await?;
        self.kill("police").await?;
        if *self.counter.issue(key, &offer, &request, RECORD).await? != *response {
            return Err(Error::new("a retry has another credential"));
        }
        println!("  a retry after the restart gives the same bytes 重试得到相同字节");
        self.kill("phone-1").await?;
        self.users[0].sees("/response", &response).await.context("the credential")?;
        println!(
            "  killed between issuance and receipt, the phone has its credential 手机在签发与接收之间被杀死，仍收到网证"
        );
        self.next_epoch().await
    }

    /// An epoch is closed; all who go by it have it.
    async fn next_epoch(&mut self) -> Result<()> {
        // The time of an epoch is in seconds.
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        let epochs = self.operator.close().await?;
        println!("  epochs 期号: {} {}", epochs[0], epochs[1]);
        for (name, list, epoch) in ["desk", "platform-1", "platform-2"]
            .into_iter()
            .flat_map(|name| [(name, "status", epochs[0]), (name, "flag", epochs[1])])
        {
            let line = format!("epoch{{list=\"{list}\"}} {epoch}\n");
            self.town.until(name, &line).await?;
        }
        Ok(())
    }

    /// A guest with a phone at the desk: what the screen shows, and what the phone said before.
    async fn visit(&mut self, phone: usize, by: &str) -> Result<(String, String)> {
        let (id, codes) = self.reception.next(by).await?;
        let said = self.users[phone].sees("/scan", &codes).await;
        let (agreed, said) = match said {
            Ok(said) => ("/agree", said),
            Err(CallError::Refused(_, why)) => ("/decline", why),
            Err(error) => return Err(error).context("the phone"),
        };
        self.users[phone].sees(agreed, &[]).await.context("the phone")?;
        Ok((self.reception.ends(&id).await?, said))
    }

    async fn expect(&mut self, phone: usize, by: &str, promised: &str) -> Result<()> {
        let (screen, said) = self.visit(phone, by).await?;
        said.lines().for_each(|line| println!("  │ {line}"));
        println!("  desk 前台: {}", words(&screen));
        if screen == promised { Ok(()) } else { Err(Error::new(format!("the desk says {screen}"))) }
    }

    async fn check_in(&mut self) -> Result<()> {
        step("二、入住登记。", "2. Check-in at the hotel.");
        self.users[0].sees("/follow", &[]).await.context("the phone")?;
        self.expect(0, "platform", "verified").await?;
        step("三、前台与平台先后崩溃。", "3. Desk and platforms crash in turn.");
        let (id, codes) = self.reception.next("platform").await?;
        self.users[0].sees("/scan", &codes).await.context("the phone")?;
        self.kill("desk").await?;
        self.town.kill("platform-1")?;
        self.users[0].sees("/agree", &[]).await.context("the phone")?;
        println!(
            "  desk killed between code and answer, platform-1 is down: desk 前台: {}",
            words(&self.reception.ends(&id).await?)
        );
        self.town.start("platform-1")?;
        self.town.ready("platform-1").await?;
        self.killed.insert("platform-1");
        self.kill("platform-2").await?;
        self.expect(0, "platform", "verified").await
    }

    async fn offline(&mut self) -> Result<()> {
        step("四、两个平台均不可用：凭票核验。", "4. Both platforms are down: the desk verifies by tickets.");
        let (_, codes) = self.reception.next("tickets").await?;
        self.users[0].sees("/scan", &codes).await.context("the phone")?;
        self.kill("helper").await?;
        println!("  {}", self.users[0].sees("/tickets", b"2").await.context("tickets")?.trim());
        self.town.kill("platform-1")?;
        self.town.kill("platform-2")?;
        self.expect(0, "tickets", "verified").await?;
        for name in ["platform-1", "platform-2"] {
            self.town.start(name)?;
            self.town.ready(name).await?;
        }
        Ok(())
    }

    async fn lose(&mut self, record: &ChipRecord) -> Result<()> {
        step(
            "五、手机丢失：备份恢复，新机重办，旧机即失效。",
            "5. The phone is lost: a new one enrols from card and backup.",
        );
        let backup = self.users[0].does("/backup", PASSCODE.as_bytes()).await.context("the backup")?;
        let symbols = self.counter.symbols(record).await?;
        println!("  phone-1 lost 已报失: {}", self.counter.phone_lost(&symbols, 1).await?);
        for cosigner in ["cosigner-1", "cosigner-2", "cosigner-3"] {
            self.kill(cosigner).await?;
        }
        self.next_epoch().await?;
        self.users[1].sees("/wallet", &wire::fields(&[PASSCODE.as_bytes(), &backup])).await.context("the wallet")?;
        let offer = self.counter.offer(request_key(), Kind::Reissue, &symbols).await?;
        let request = self.users[1].does("/offer", &offer.to_bytes()).await.context("the phone")?;
        let response = self.counter.issue(request_key(), &offer, &request, RECORD).await?;
        self.users[1].sees("/response", &response).await.context("the credential")?;
        self.kill("phone-2").await?;
        self.next_epoch().await?;
        self.users[1].sees("/follow", &[]).await.context("the phone")?;
        self.users[0].sees("/follow", &[]).await.context("the phone")?;
        println!("  the old phone 旧手机:");
        self.expect(0, "platform", "refused").await?;
        println!("  the new phone 新手机:");
        self.expect(1, "platform", "verified").await
    }

    async fn want(&mut self, record: &ChipRecord) -> Result<()> {
        step("六、警方布控。", "6. The police open a case.");
        let case = request_key();
        println!("  {}", self.officer.case(record.number(), case, true).await?);
        self.next_epoch().await?;
        self.users[1].sees("/follow", &[]).await.context("the phone")?;
        self.expect(1, "platform", "refused").await?;
        step("七、撤销布控。", "7. The case is lifted.");
        println!("  {}", self.officer.case(record.number(), case, false).await?);
        self.next_epoch().await?;
        self.users[1].sees("/follow", &[]).await.context("the phone")?;
        self.expect(1, "platform", "verified").await
    }

    /// Every process was killed, the lists lost nothing, and all end when they are told to.
    async fn end(mut self) -> Result<()> {
        let spared: Vec<_> = PROCESSES.into_iter().filter(|name| !self.killed.contains(name)).collect();
        if !spared.is_empty() {
            return Err(Error::new(format!("not killed: {spared:?}")));
        }
        for list in ["status", "flag"] {
            let named = |line: &&str| line.starts_with(&format!("epoch{{list=\"{list}\"}}"));
            let metrics = self.town.metrics("platform-1").await?;
            println!("  {}", metrics.lines().find(named).context("a list")?);
        }
        step(
            "八、每个进程都被杀死过一次，均已恢复；现在依次正常结束。",
            "8. Each process was killed once and went on; now each ends in order.",
        );
        for name in PROCESSES.into_iter().rev() {
            self.town.stop(name)?;
        }
        println!("验证成功");
        Ok(())
    }
}

/// What the screen shows for a state.
fn words(state: &str) -> &str {
    match state {
        "verified" => "验证成功 verified",
        "refused" => "验证未通过 not verified",
        other => other,
    }
}
