package sp

// A Currency is an ISO 4217 alphabetic code: three capital letters.
type Currency string

// Currencies that the packages of this module name.
const (
	GBP Currency = "GBP"
	EUR Currency = "EUR"
	USD Currency = "USD"
)

// Digits returns how many decimal digits the minor unit of c stands for: 2 for
// pounds and pence, 0 for yen. Source: ISO 4217, list one; codes that are not
// on it count as 2.
func (c Currency) Digits() int {
	switch c {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	case "CLF", "UYW":
		return 4
	default:
		return 2
	}
}

// valid reports whether c has the form of a code: three capital letters.
func (c Currency) valid() bool {
	if len(c) != 3 {
		return false
	}
	for _, r := range []byte(c) {
		if r < 'A' || r > 'Z' {
			return false
		}
	}
	return true
}

// symbol returns the sign that stands before amounts of c, if there is one.
func (c Currency) symbol() string {
	switch c {
	case GBP:
		return "£"
	case EUR:
		return "€"
	case USD:
		return "$"
	default:
		return ""
	}
}

func malformedCurrency() error {
	return invalidValue("money", Malformed, "needs an ISO 4217 currency code, such as GBP")
}

// UnmarshalText reads three capital letters, or nothing.
func (c *Currency) UnmarshalText(text []byte) error {
	v := Currency(text)
	if v != "" && !v.valid() {
		return malformedCurrency()
	}
	*c = v
	return nil
}

// Scan implements sql.Scanner and reads what UnmarshalText reads.
func (c *Currency) Scan(src any) error { return scanText("currency", src, c) }
