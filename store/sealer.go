package store

// A Sealer is a [Wrapper] that encrypts the bodies of records before they reach what it
// wraps, such as the driver of package seal. Its method Seals does nothing: it is how
// [Save] knows one.
type Sealer interface {
	Wrapper
	Seals()
}

// seals reports whether d is a Sealer, or wraps one.
func seals(d Driver) bool {
	for {
		switch w := d.(type) {
		case Sealer:
			return true
		case Wrapper:
			d = w.Below()
		default:
			return false
		}
	}
}
