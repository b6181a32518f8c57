"""The commands of `rundan`: each module adds its arguments and runs them."""
