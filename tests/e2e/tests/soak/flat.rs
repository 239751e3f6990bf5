/// Something that rose by more than it may.
#[derive(Debug, PartialEq)]
pub struct Risen {
    pub what: &'static str,
    pub mean: f64,
    /// From the first to the last of the points, by the straight line that is nearest to all of them.
    pub by: f64,
}

/// What may be on top of the level, as a part of it.
const TOLERANCE: f64 = 0.1;

/// Whether points (seconds, value) rise over their time by more than a tenth of their mean and more than `spare`, which
/// is what the thing goes up and down by itself.
pub fn risen(what: &'static str, points: &[(f64, f64)], spare: f64) -> Option<Risen> {
    let many = points.len() as f64;
    let (first, last) = (points.first()?.0, points.last()?.0);
    let middle = points.iter().map(|(at, _)| at).sum::<f64>() / many;
    let mean = points.iter().map(|(_, value)| value).sum::<f64>() / many;
    let spread: f64 = points.iter().map(|(at, _)| (at - middle).powi(2)).sum();
    let together: f64 = points
        .iter()
        .map(|(at, value)| (at - middle) * (value - mean))
        .sum();
    let by = together / spread.max(f64::MIN_POSITIVE) * (last - first);
    (by > mean * TOLERANCE && by > spare).then_some(Risen { what, mean, by })
}

#[test]
fn what_rises_is_found_and_what_goes_up_and_down_is_not() {
    let points = |value: fn(f64) -> f64| -> Vec<(f64, f64)> {
        (0..60).map(f64::from).map(|at| (at, value(at))).collect()
    };
    let found = risen("leak", &points(|at| 100.0 + at), 8.0).expect("a leak");
    assert!((found.by - 59.0).abs() < 0.01, "{found:?}");
    assert_eq!(risen("still", &points(|_| 100.0), 8.0), None);
    assert_eq!(
        risen("waves", &points(|at| 100.0 + 50.0 * at.sin()), 8.0),
        None
    );
    assert_eq!(risen("little", &points(|at| 1000.0 + at), 8.0), None);
    assert_eq!(risen("few", &points(|at| 10.0 + at / 10.0), 8.0), None);
}
