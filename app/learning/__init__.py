"""What editors labelled goes into files beside the hand-written ones, where everything reads it."""
