package economics

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// normal returns z with which a normal interval of a level has z standard errors to
// either side.
func normal(level float64) float64 { return mathext.NormalQuantile((1 + level) / 2) }

// below returns the share of a standard normal below z.
func below(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }
