//! What is measured: cases with a known answer, in groups that share a text and a baseline.

/// One thing to measure.
pub(crate) struct Case<'a> {
    pub(crate) name: &'static str,
    /// Bytes that one run goes over.
    pub(crate) bytes: usize,
    /// What every run must return.
    pub(crate) answer: u64,
    pub(crate) run: Box<dyn FnMut() -> u64 + 'a>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(
        name: &'static str,
        bytes: usize,
        answer: u64,
        run: impl FnMut() -> u64 + 'a,
    ) -> Case<'a> {
        Case {
            name,
            bytes,
            answer,
            run: Box::new(run),
        }
    }

    /// Runs once and insists on the answer: a fast engine that is wrong fails.
    pub(crate) fn run(&mut self) {
        let answer = (self.run)();
        assert_eq!(answer, self.answer, "{} gives a wrong answer", self.name);
    }
}

/// Cases that are compared with each other.
pub(crate) struct Group<'a> {
    pub(crate) name: &'static str,
    /// What the cases do, in a sentence or two.
    pub(crate) about: String,
    /// The case that the others are divided by.
    pub(crate) baseline: &'static str,
    pub(crate) cases: Vec<Case<'a>>,
}
