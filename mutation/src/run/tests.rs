use super::*;

fn case(program: &str, reaches: &[u32]) -> Case {
    Case {
        program: program.into(),
        directory: "/".into(),
        arguments: Vec::new(),
        name: program.to_owned(),
        took: Duration::ZERO,
        reaches: reaches.iter().copied().collect(),
        alone: Mutex::new(()),
    }
}

#[test]
fn who_passes_a_few_cases_is_tried_with_the_rest_when_all_were() {
    let mut cases: Vec<Case> = (0..FEW + 5).map(|_| case("true", &[1, 2])).collect();
    cases.push(case("false", &[1, 3]));
    let found = Mutex::new(Vec::new());
    kill(vec![1, 2, 3, 4], &cases, 1, &|number, outcome| found.lock().unwrap().push((number, outcome)));
    let killed = || Outcome::Killed("false".into());
    let passed = Outcome::Survived(FEW + 5);
    assert_eq!(found.into_inner().unwrap(), [(3, killed()), (4, Outcome::Survived(0)), (1, killed()), (2, passed)]);
}
