//! Made-up faces: directions in space, and how alike two pictures are.

/// How long a vector is: |v|² is at most 2,047.
pub const RADIUS: f64 = 45.0;
const LONGEST: i64 = 2047;
/// Between two people, in 512 dimensions.
pub const BETWEEN: f64 = 0.06;
/// Between two pictures of one.
pub const WITHIN: (f64, f64) = (0.6, 0.1);

/// A small generator with a seed of its own, so that the plot is the same everywhere.
pub struct People(u64);

impl People {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Uniform in [0, 1): splitmix64.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// By Box and Muller.
    pub fn normal(&mut self) -> f64 {
        let (u, v) = (1.0 - self.uniform(), self.uniform());
        (-2.0 * u.ln()).sqrt() * (core::f64::consts::TAU * v).cos()
    }

    /// A direction.
    pub fn person(&mut self, dimension: usize) -> Vec<f64> {
        unit((0..dimension).map(|_| self.normal()).collect())
    }

    /// Another picture with this cosine.
    pub fn picture(&mut self, of: &[f64], cosine: f64) -> Vec<f64> {
        let other = self.person(of.len());
        let along: f64 = of.iter().zip(&other).map(|(a, b)| a * b).sum();
        let across = unit(of.iter().zip(&other).map(|(a, b)| b - along * a).collect());
        let sine = (1.0 - cosine * cosine).sqrt();
        of.iter().zip(across).map(|(a, b)| cosine * a + sine * b).collect()
    }
}

fn unit(vector: Vec<f64>) -> Vec<f64> {
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    vector.into_iter().map(|x| x / length).collect()
}

/// The integers of a face. What rounding made too long is taken back entry by entry.
pub fn quantised(face: &[f64]) -> Vec<i8> {
    let mut entries: Vec<i8> = face.iter().map(|x| (x * RADIUS).round().clamp(-127.0, 127.0) as i8).collect();
    let norm = |entries: &[i8]| entries.iter().map(|entry| i64::from(*entry).pow(2)).sum::<i64>();
    let mut place = 0;
    while norm(&entries) > LONGEST {
        entries[place] -= entries[place].signum();
        place += 1;
    }
    entries
}
