/// A value that is certain, or one of some while nobody knows whether what was begun has happened.
#[derive(Debug, Clone)]
pub struct Possibly<T>(Vec<T>);

impl<T: PartialEq + Clone> Possibly<T> {
    pub fn certainly(value: T) -> Self {
        Self(vec![value])
    }

    /// It was changed, or nothing happened.
    pub fn also(&mut self, value: T) {
        if !self.0.contains(&value) {
            self.0.push(value);
        }
    }

    /// It was changed for sure.
    pub fn now(&mut self, value: T) {
        self.0 = vec![value];
    }

    /// After an attempt: changed when it was answered.
    pub fn after(&mut self, answered: bool, value: T) {
        match answered {
            true => self.now(value),
            false => self.also(value),
        }
    }

    pub fn may_be(&self, value: &T) -> bool {
        self.0.contains(value)
    }

    pub fn is(&self, value: &T) -> bool {
        self.0.len() == 1 && self.may_be(value)
    }
}
