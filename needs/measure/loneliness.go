package measure

// loneliness returns the instruments of loneliness and of social networks.
func loneliness() []Instrument {
	ogl := Licence{Holder: "Crown copyright", Terms: "Open Government Licence v3", Text: true}
	// More or less counts as lonely on either side.
	missed := []int{0, 1, 1}
	present := []int{1, 1, 0}
	return []Instrument{
		{
			Code: "ucla-3", Name: "UCLA three-item loneliness scale",
			Items: worded(1, 3, []string{"Hardly ever or never", "Some of the time", "Often"},
				"How often do you feel that you lack companionship?",
				"How often do you feel left out?",
				"How often do you feel isolated from others?"),
			Scales: []Scale{{
				Code: "total", Method: Sum, Min: 3, Max: 9, LowerIsBetter: true,
				Cutoffs: []Cutoff{{Label: "lonely", At: 6, Source: "Steptoe et al 2013, PNAS 110:5797; there is no official cut-off: report the mean too"}},
			}},
			Licence: Licence{Holder: "Hughes et al 2004", Terms: "free to use; cite Hughes et al 2004, Research on Aging 26:655", Text: true},
			Source:  "Hughes et al 2004; Government Statistical Service, loneliness harmonised principle",
		},
		{
			Code: "ons-loneliness", Name: "ONS direct measure of loneliness",
			Items: worded(1, 5, []string{"Often or always", "Some of the time", "Occasionally", "Hardly ever", "Never"},
				"How often do you feel lonely?"),
			Scales: []Scale{{
				Code: "frequency", Method: Sum, Min: 1, Max: 5,
				Cutoffs: []Cutoff{{Label: "often or always", At: 2, Below: true, Source: "ONS, national indicator of loneliness"}},
			}},
			Licence: ogl,
			Source:  "Government Statistical Service, loneliness harmonised principle",
		},
		{
			Code: "djg-6", Name: "De Jong Gierveld loneliness scale, six items",
			Items: []Item{
				{ID: "3", Max: 2, Points: missed},
				{ID: "9", Max: 2, Points: missed},
				{ID: "10", Max: 2, Points: missed},
				{ID: "4", Max: 2, Points: present},
				{ID: "7", Max: 2, Points: present},
				{ID: "8", Max: 2, Points: present},
			},
			Scales: []Scale{
				{
					Code: "total", Method: Sum, Max: 6, Missing: 1, LowerIsBetter: true,
					Bands: []Band{{0, "not lonely"}, {2, "moderately lonely"}, {5, "severely lonely"}},
				},
				{Code: "emotional", Items: []string{"3", "9", "10"}, Method: Sum, Max: 3, LowerIsBetter: true, Bands: []Band{{0, "not lonely"}, {1, "lonely"}}},
				{Code: "social", Items: []string{"4", "7", "8"}, Method: Sum, Max: 3, LowerIsBetter: true, Bands: []Band{{0, "not lonely"}, {1, "lonely"}}},
			},
			Licence: Licence{Holder: "De Jong Gierveld and Van Tilburg", Terms: "free for research if the source is named"},
			Source:  "De Jong Gierveld and Van Tilburg, manual of the loneliness scale, VU Amsterdam; items numbered as there, answers 0 no, 1 more or less, 2 yes",
		},
		{
			Code: "lsns-6", Name: "Lubben Social Network Scale, six items",
			Items: numbered(6, 0, 5),
			Scales: []Scale{
				{
					Code: "total", Method: Sum, Max: 30,
					Cutoffs: []Cutoff{{Label: "at risk of isolation", At: 12, Below: true, Source: "Lubben et al 2006, The Gerontologist 46:503"}},
				},
				{Code: "family", Items: []string{"1", "2", "3"}, Method: Sum, Max: 15},
				{Code: "friends", Items: []string{"4", "5", "6"}, Method: Sum, Max: 15},
			},
			Licence: Licence{Holder: "Lubben", Terms: "ask the author; the wording is not shipped"},
			Source:  "Lubben et al 2006, The Gerontologist 46:503",
		},
	}
}
