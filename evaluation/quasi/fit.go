package quasi

import (
	"math"

	"github.com/socialprescribing/sp/evaluation/internal/special"
	"github.com/socialprescribing/sp/evaluation/stat"

	"gonum.org/v1/gonum/mat"
)

// A Term is one coefficient of a model.
type Term struct {
	Name string
	stat.Estimate
	SE      float64 // that the interval rests on
	PlainSE float64 // of ordinary least squares or of a Poisson model, as if rows were independent
	P       float64 // two-sided, that the coefficient is 0
}

// A fit is a least squares fit of y on the columns of x.
type fit struct {
	x         *mat.Dense
	inverse   *mat.Dense // of x'x, or of x'wx
	b         []float64
	residuals []float64
	df        float64
}

// leastSquares fits y, by QR. It returns [stat.Collinear] where columns depend on one
// another.
func leastSquares(x *mat.Dense, y []float64) (*fit, error) {
	n, k := x.Dims()
	var qr mat.QR
	qr.Factorize(x) //nolint:misspell // gonum spells it so
	if !(qr.Cond() < 1e12) {
		return nil, stat.Collinear
	}
	var b mat.VecDense
	if err := qr.SolveVecTo(&b, false, mat.NewVecDense(n, y)); err != nil {
		return nil, stat.Collinear
	}
	var r, rInverse mat.Dense
	qr.RTo(&r)
	if err := rInverse.Inverse(r.Slice(0, k, 0, k)); err != nil {
		return nil, stat.Collinear
	}
	f := &fit{x: x, b: b.RawVector().Data, residuals: make([]float64, n), df: float64(n - k), inverse: new(mat.Dense)}
	f.inverse.Mul(&rInverse, rInverse.T())
	for i := range n {
		f.residuals[i] = y[i] - mat.Dot(x.RowView(i), &b)
	}
	return f, nil
}

func (f *fit) squares() float64 {
	var s special.Sum
	for _, e := range f.residuals {
		s.Add(e * e)
	}
	return s.Value()
}

// plain returns the standard errors as if residuals were independent and alike.
func (f *fit) plain() []float64 {
	se := make([]float64, len(f.b))
	for j := range se {
		se[j] = math.Sqrt(f.squares() / f.df * f.inverse.At(j, j))
	}
	return se
}

// sandwich returns the standard errors for a given middle: the variance of the
// sum of the scores.
func (f *fit) sandwich(middle mat.Matrix) []float64 {
	var left, v mat.Dense
	left.Mul(f.inverse, middle)
	v.Mul(&left, f.inverse)
	se := make([]float64, len(f.b))
	for j := range se {
		se[j] = math.Sqrt(max(0, v.At(j, j)))
	}
	return se
}

// score returns the row of x times its residual.
func (f *fit) score(i int) *mat.VecDense {
	var s mat.VecDense
	s.ScaleVec(f.residuals[i], f.x.RowView(i))
	return &s
}

// neweyWest returns standard errors that allow residuals to be correlated over so
// many steps of time, with weights that fall linearly, times n/(n-k).
//
// Source: Newey & West 1987, doi 10.2307/1913610.
func (f *fit) neweyWest(lag int) []float64 {
	n, k := f.x.Dims()
	middle := mat.NewDense(k, k, nil)
	var product mat.Dense
	for apart := range lag + 1 {
		weight := 1 - float64(apart)/float64(lag+1)
		for i := apart; i < n; i++ {
			product.Outer(weight, f.score(i), f.score(i-apart))
			middle.Add(middle, &product)
			if apart > 0 {
				middle.Add(middle, product.T())
			}
		}
	}
	middle.Scale(float64(n)/f.df, middle)
	return f.sandwich(middle)
}

// clustered returns standard errors that allow any correlation within a unit
// (HC1): times G/(G-1) (n-1)/(n-parameters).
//
// Source: Liang & Zeger 1986, doi 10.1093/biomet/73.1.13.
func (f *fit) clustered(unit []string, parameters int) (se []float64, units int) {
	n, k := f.x.Dims()
	sums := map[string]*mat.VecDense{}
	var order []string // of first sight, so that rounding does not depend on a map
	for i := range n {
		if sums[unit[i]] == nil {
			sums[unit[i]] = mat.NewVecDense(k, nil)
			order = append(order, unit[i])
		}
		sums[unit[i]].AddVec(sums[unit[i]], f.score(i))
	}
	middle := mat.NewDense(k, k, nil)
	var product mat.Dense
	for _, u := range order {
		product.Outer(1, sums[u], sums[u])
		middle.Add(middle, &product)
	}
	g := float64(len(order))
	middle.Scale(g/(g-1)*float64(n-1)/float64(n-parameters), middle)
	return f.sandwich(middle), len(order)
}

// terms puts names, coefficients and standard errors together. The limits and p
// are of Student's t with df degrees of freedom.
func (f *fit) terms(names []string, se, plain []float64, df, level float64, method stat.Method) []Term {
	t := special.Student(level, df)
	terms := make([]Term, len(names))
	for j, name := range names {
		terms[j] = Term{
			Name: name, SE: se[j], PlainSE: plain[j], P: special.StudentP(f.b[j]/se[j], df),
			Estimate: stat.Estimate{Value: f.b[j], Interval: stat.Interval{Lower: f.b[j] - t*se[j], Upper: f.b[j] + t*se[j]}, Level: level, Method: method, Denominator: float64(len(f.residuals)), Of: "observations"},
		}
		if se[j] == 0 {
			terms[j].Undefined, terms[j].P, terms[j].Interval = stat.NoSpread, 0, stat.Interval{Lower: math.Inf(-1), Upper: math.Inf(1)}
		}
	}
	return terms
}
