//! A store in PostgreSQL for tests that wait: each call blocks until it is answered.

use std::sync::Arc;

use selfsame::registry::{AsyncRegistryStore, AsyncStoreTransaction};
use selfsame_postgres::tokio_postgres::{Client, NoTls};
use selfsame_postgres::{Dialect, Part, PostgresFailure, PostgresStore, PostgresTransaction};
use testkit::prelude::*;

use crate::cluster::Cluster;
use crate::tried::{Rows, Tampered, Tried};

pub struct Waiting {
    pub cluster: Arc<Cluster>,
    /// The name of its database.
    pub name: String,
    pub store: PostgresStore,
    /// A connection beside the store's.
    beside: Client,
}

impl Waiting {
    /// An empty one in a database of its own.
    pub fn on(cluster: &Arc<Cluster>, dialect: Dialect) -> Self {
        Self::named(cluster, cluster.empty(&[Part::Registry], dialect))
    }

    /// The one in this database.
    pub fn named(cluster: &Arc<Cluster>, name: String) -> Self {
        let store = cluster.connect(&name).registry();
        Self { cluster: Arc::clone(cluster), beside: beside(cluster, &name), store, name }
    }

    /// Makes the rows these.
    pub fn set(&mut self, rows: &Rows) {
        let tables = Table::ALL.map(Table::name).join(", ");
        self.cluster.runtime.block_on(async {
            self.beside.batch_execute(&format!("TRUNCATE {tables}")).await.unwrap();
            for ((table, key), row) in rows {
                let insert = format!("INSERT INTO {} (key, row) VALUES ($1, $2)", table.name());
                self.beside.execute(&insert, &[key, row]).await.unwrap();
            }
        });
    }
}

pub fn beside(cluster: &Cluster, name: &str) -> Client {
    cluster.runtime.block_on(async {
        let (client, connection) = cluster.config(name).connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    })
}

pub struct Blocking<'a>(&'a Cluster, PostgresTransaction<'a>);

impl RegistryStore for Waiting {
    type Error = PostgresFailure;
    type Transaction<'a> = Blocking<'a>;

    fn begin(&mut self) -> Result<Blocking<'_>, PostgresFailure> {
        let Self { cluster, store, .. } = self;
        cluster.runtime.block_on(store.begin()).map(|transaction| Blocking(cluster, transaction))
    }
}

impl StoreTransaction for Blocking<'_> {
    type Error = PostgresFailure;

    fn get(&mut self, keys: &[RowKey]) -> Result<Vec<Option<Vec<u8>>>, PostgresFailure> {
        self.0.runtime.block_on(self.1.get(keys))
    }

    fn put(&mut self, key: &RowKey, row: Option<&[u8]>) -> Result<(), PostgresFailure> {
        self.0.runtime.block_on(self.1.put(key, row))
    }

    fn commit(self) -> Result<(), PostgresFailure> {
        self.0.runtime.block_on(self.1.commit())
    }
}

impl Tried for Waiting {
    fn rows(&mut self) -> Rows {
        let select = |table: &Table| format!("SELECT {}::INT8, key, row FROM {}", *table as u8, table.name());
        let sql = Table::ALL.iter().map(select).collect::<Vec<_>>().join(" UNION ALL ");
        let rows = self.cluster.runtime.block_on(self.beside.query(&sql, &[])).unwrap();
        let table = |number: i64| *Table::ALL.iter().find(|table| i64::from(**table as u8) == number).unwrap();
        rows.iter().map(|row| ((table(row.get(0)), row.get(1)), row.get(2))).collect()
    }
}

impl Tampered for Waiting {
    fn fresh() -> Option<Self> {
        Some(Self::on(&Cluster::shared()?, Dialect::PostgreSql))
    }

    fn tamper(&mut self, (table, key): (Table, Vec<u8>), row: Option<Vec<u8>>) {
        let mut rows = self.rows();
        match row {
            Some(row) => rows.insert((table, key), row),
            None => rows.remove(&(table, key)),
        };
        self.set(&rows);
    }
}
