package measure

// wellbeing returns the instruments of personal and mental wellbeing.
func wellbeing() []Instrument {
	warwick := Licence{
		Holder: "University of Warwick, University of Edinburgh and NHS Health Scotland",
		Terms:  "register with the University of Warwick; the wording must not be passed on",
	}
	return []Instrument{
		{
			Code: "ons4", Name: "ONS4 personal wellbeing",
			Text: "Next I would like to ask you four questions about your feelings on aspects of your life. There are no right or wrong answers. " +
				"For each of these questions I’d like you to give an answer on a scale of nought to 10, where nought is ‘not at all’ and 10 is ‘completely’.",
			Items: []Item{
				{ID: "satisfied", Max: 10, Text: "Overall, how satisfied are you with your life nowadays?"},
				{ID: "worthwhile", Max: 10, Text: "Overall, to what extent do you feel that the things you do in your life are worthwhile?"},
				{ID: "happy", Max: 10, Text: "Overall, how happy did you feel yesterday?"},
				{ID: "anxious", Max: 10, Text: "On a scale where nought is ‘not at all anxious’ and 10 is ‘completely anxious’, overall, how anxious did you feel yesterday?"},
			},
			Scales:  []Scale{ons4("satisfied"), ons4("worthwhile"), ons4("happy"), anxious()},
			Licence: Licence{Holder: "Crown copyright", Terms: "Open Government Licence v3", Text: true},
			Source:  "Government Statistical Service, personal well-being harmonised principle; ONS, personal well-being thresholds",
		},
		{
			Code: "wemwbs", Name: "Warwick-Edinburgh Mental Wellbeing Scale",
			Items: numbered(14, 1, 5),
			Scales: []Scale{{
				// No bands: those in use differ, and none could be traced to a source.
				Code: "total", Method: Sum, Min: 14, Max: 70,
				Changes: []Threshold{{"important", 3, "University of Warwick, WEMWBS frequently asked questions"}},
			}},
			Licence: warwick,
			Source:  "University of Warwick, How to collect, score, analyse and interpret WEMWBS",
		},
		{
			Code: "swemwbs", Name: "Short Warwick-Edinburgh Mental Wellbeing Scale",
			Items: numbered(7, 1, 5),
			Scales: []Scale{{
				Code: "metric", Method: Sum, Min: 7, Max: 35,
				Table: []float64{
					7.00, 9.51, 11.25, 12.40, 13.33, 14.08, 14.75, 15.32, 15.84, 16.36,
					16.88, 17.43, 17.98, 18.59, 19.25, 19.98, 20.73, 21.54, 22.35, 23.21,
					24.11, 25.03, 26.02, 27.03, 28.13, 29.31, 30.70, 32.55, 35.00,
				},
				Changes: []Threshold{
					{"one standard error", 1.03, "Health and Quality of Life Outcomes 2018;16:239"},
					{"reliable", 2.87, "Health and Quality of Life Outcomes 2018;16:239"},
				},
			}},
			Licence: warwick,
			Source:  "Stewart-Brown et al 2009, Health and Quality of Life Outcomes 7:15",
		},
	}
}

func ons4(item string) Scale {
	return Scale{
		Code: item, Items: []string{item}, Method: Sum, Max: 10,
		Bands: []Band{{0, "low"}, {5, "medium"}, {7, "high"}, {9, "very high"}},
	}
}

func anxious() Scale {
	return Scale{
		Code: "anxious", Items: []string{"anxious"}, Method: Sum, Max: 10, LowerIsBetter: true,
		Bands: []Band{{0, "very low"}, {2, "low"}, {4, "medium"}, {6, "high"}},
	}
}
