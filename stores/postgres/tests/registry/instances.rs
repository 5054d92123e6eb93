//! What is tried on every store of the library, on this one.

use selfsame_postgres::Dialect;

use crate::cluster::Cluster;
use crate::every_store::every_store;
use crate::history::histories;
use crate::waiting::Waiting;

every_store!(postgres, crate::waiting::Waiting);

/// On the tables of the other databases, which PostgreSQL takes too.
#[test]
fn exactly_the_live_and_unflagged_present() {
    let Some(cluster) = Cluster::shared() else { return };
    let [store, flag_store] = [(); 2].map(|()| Waiting::on(&cluster, Dialect::Distributed));
    let [name, flag_name] = [store, flag_store].map(|store| store.name.clone());
    histories(3, 0, || {
        let named = |name: &String| {
            let mut store = Waiting::named(&cluster, name.clone());
            store.set(&std::collections::BTreeMap::new());
            store
        };
        [named(&name), named(&flag_name)]
    });
}
