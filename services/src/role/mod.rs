//! What each process is. A role has only its own keys, and says in its documentation who calls it.

pub mod authority;
pub mod cosigner;
pub mod desk;
pub mod helper;
pub mod phone;
pub mod platform;
pub mod police;
pub mod registry;

use std::sync::Arc;
use std::time::Duration;

use crate::config::Config;
use crate::error::Result;
use crate::http::{Health, Refusal, Reply, text};
use crate::list::{KeepsList, List};

/// Publishes what waits for it, then is ready, then closes an epoch every so often, if the
/// configuration says how often. The service answers meanwhile: cosigners read what it publishes.
fn publish<K: KeepsList>(list: Arc<List<K>>, config: &Config, health: Arc<Health>) -> Result<()> {
    let every = config.number("close_every", 0)?;
    tokio::spawn(async move {
        while let Err(error) = list.catch_up().await {
            tracing::warn!(%error, "not everything is published");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        health.is_ready();
        if every > 0 {
            list.keep_closing(Duration::from_secs(every)).await;
        }
    });
    Ok(())
}

async fn close<K: KeepsList>(list: &List<K>) -> Reply {
    let epoch = list.close().await.map_err(Refusal::not_now)?;
    text(format!("{}\n", epoch.number()))
}
