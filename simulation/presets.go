package simulation

// NullEffect returns the preset of [Published] under which help changes nothing: people answer at
// the end as they did at the start, but for chance. A policy that looks better here looks better
// by chance, or by what it does to waits alone.
func NullEffect() Preset {
	return Published().with("no effect of anything", Outcome{Mean: 4.7, Effect: 0}, 0.5,
		Source{"Outcome", "no difference between practices with and without link workers: EQ-5D 0.008 (-0.028 to 0.045)", glasgow})
}

// RegressionToTheMean returns the preset of [Published] under which help changes nothing, and
// people say that they feel better all the same: they were referred when they felt worse than
// they mostly do.
func RegressionToTheMean() Preset {
	return Published().with("regression to the mean alone", Outcome{Mean: 7, Effect: 0}, 0.5,
		Source{"Outcome", "no difference in wellbeing at 8 months, while those who were referred consulted their GP less often than before (10.0 to 8.6 a year) and the others more; the mean of the population is assumed", hackney})
}

// Optimistic returns the preset of [Published] under which all that people report is the effect of
// help: what a programme without a comparison would have achieved if nothing else had changed.
func Optimistic() Preset {
	return Published().with("all that is reported is effect", Outcome{Mean: 4.7, Effect: 2.1}, 0.69,
		Source{"Outcome", "life satisfaction 4.7 before and 6.8 after, uncontrolled", green},
		Source{"Met", "69 % less lonely, uncontrolled", communities})
}

const (
	glasgow     = "Mercer 2019 (Glasgow Deep End cluster trial), PMC6846279"
	hackney     = "City and Hackney evaluation 2017, doi 10.1186/s12913-017-2778-y"
	green       = "Green Social Prescribing, seven sites (NASP)"
	communities = "Connecting Communities (British Red Cross), told by the provider"
)

// with returns the preset with an outcome: life satisfaction, the first of the four questions of
// the Office for National Statistics on personal wellbeing. Its sources take the place of those
// for the same parameters.
func (p Preset) with(name string, o Outcome, met float64, sources ...Source) Preset {
	o.Instrument, o.Scale = "ons4", "satisfied"
	o.Start, o.SD, o.Retest, o.Days, o.Replies = 4.7, 2, 0.6, 84, 0.74
	p.Name += "; " + name
	p.Way.Outcome, p.Way.Met = &o, met
	for _, s := range sources {
		for i := range p.Sources {
			if p.Sources[i].Parameter == s.Parameter {
				p.Sources[i] = s
			}
		}
	}
	p.Sources = append(p.Sources,
		Source{"Outcome.Mean", "what people like these answer at any time: nobody asked those who were not referred", assumed},
		Source{"Outcome.SD", "2 points of a scale from 0 to 10", assumed},
		Source{"Outcome.Retest", "0.6: two answers of one person within three months hang together, and differ", assumed})
	return p
}
