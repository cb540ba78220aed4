package measure

import "strconv"

// entered returns the instruments whose licences, or whose unpublished rules,
// leave no more than to enter a score, and MYCaW, of which the scoring alone is free.
func entered() []Instrument {
	worst := func(code string) Scale {
		return Scale{Code: code, Items: []string{code}, Method: Sum, Max: 6, LowerIsBetter: true}
	}
	var areas []Scale
	for i := range 10 {
		areas = append(areas, Scale{Code: "area-" + strconv.Itoa(i+1), Method: Input, Min: 1, Max: 10})
	}
	hundred := func(code string) []Scale { return []Scale{{Code: code, Method: Input, Max: 100}} }
	return []Instrument{
		{
			Code: "mycaw", Name: "Measure Yourself Concerns and Wellbeing",
			Items: []Item{{ID: "concern-1", Max: 6}, {ID: "concern-2", Max: 6}, {ID: "wellbeing", Max: 6}},
			Scales: []Scale{
				worst("concern-1"), worst("concern-2"), worst("wellbeing"),
				{Code: "profile", Method: Mean, Max: 6, Missing: 2, LowerIsBetter: true},
			},
			Licence: Licence{Holder: "Meaningful Measures", Terms: "licensed; the scoring alone is shipped"},
			Source:  "Meaningful Measures; 6 is worst, the profile is the mean of what is present",
		},
		{
			Code: "pam", Name: "Patient Activation Measure, 10 or 13 items",
			Scales: []Scale{{
				Code: "activation", Method: Input, Max: 100,
				Changes: []Threshold{{"gain", 3, "Partnership for Quality Measurement, CBE 2483: within 12 months"}},
			}},
			Licence: Licence{Holder: "Phreesia (Insignia Health)", Terms: "paid licence; scored by the holder"},
			Source:  "scored by the licence holder",
		},
		{
			Code: "outcomes-star", Name: "Outcomes Star, areas in the order of the licensed chart", Scales: areas,
			Licence: Licence{Holder: "Triangle Consulting Social Enterprise", Terms: "licence and training"},
			Source:  "agreed between worker and person on a journey from 1 to 10",
		},
		{
			Code: "r-outcomes-pws", Name: "R-Outcomes Personal Wellbeing Score", Scales: hundred("wellbeing"),
			Licence: Licence{Holder: "R-Outcomes", Terms: "licensed; scored by the holder"},
			Source:  "PMC6542444; scored by the licence holder",
		},
		{
			Code: "r-outcomes-hcs", Name: "R-Outcomes Health Confidence Score", Scales: hundred("confidence"),
			Licence: Licence{Holder: "R-Outcomes", Terms: "licensed; scored by the holder"},
			Source:  "scored by the licence holder",
		},
	}
}
