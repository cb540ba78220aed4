package measure

// mood returns the instruments of depression and anxiety, and of drinking.
func mood() []Instrument {
	pfizer := Licence{Holder: "Pfizer", Terms: "no permission required to reproduce, translate, display or distribute", Text: true}
	often := []string{"Not at all", "Several days", "More than half the days", "Nearly every day"}
	return []Instrument{
		{
			Code: "phq-9", Name: "Patient Health Questionnaire, nine items",
			Text: "Over the last 2 weeks, how often have you been bothered by any of the following problems?",
			Items: worded(0, 3, often,
				"Little interest or pleasure in doing things",
				"Feeling down, depressed, or hopeless",
				"Trouble falling or staying asleep, or sleeping too much",
				"Feeling tired or having little energy",
				"Poor appetite or overeating",
				"Feeling bad about yourself - or that you are a failure or have let yourself or your family down",
				"Trouble concentrating on things, such as reading the newspaper or watching television",
				"Moving or speaking so slowly that other people could have noticed? Or the opposite - being so fidgety or restless that you have been moving around a lot more than usual",
				"Thoughts that you would be better off dead or of hurting yourself in some way"),
			Scales: []Scale{{
				Code: "total", Method: Sum, Max: 27, LowerIsBetter: true,
				Bands:   []Band{{0, "minimal"}, {5, "mild"}, {10, "moderate"}, {15, "moderately severe"}, {20, "severe"}},
				Cutoffs: []Cutoff{{Label: "caseness", At: 10, Source: "Kroenke et al 2001, Journal of General Internal Medicine 16:606"}},
				Changes: []Threshold{{"reliable", 6, "NHS Talking Therapies manual"}},
			}},
			Alerts:  []Alert{{Code: "self-harm", Item: "9", From: 1}},
			Licence: pfizer,
			Source:  "Kroenke et al 2001, Journal of General Internal Medicine 16:606",
		},
		{
			Code: "gad-7", Name: "Generalised Anxiety Disorder scale, seven items",
			Text: "Over the last 2 weeks, how often have you been bothered by the following problems?",
			Items: worded(0, 3, often,
				"Feeling nervous, anxious or on edge",
				"Not being able to stop or control worrying",
				"Worrying too much about different things",
				"Trouble relaxing",
				"Being so restless that it is hard to sit still",
				"Becoming easily annoyed or irritable",
				"Feeling afraid as if something awful might happen"),
			Scales: []Scale{{
				Code: "total", Method: Sum, Max: 21, LowerIsBetter: true,
				Bands:   []Band{{0, "minimal"}, {5, "mild"}, {10, "moderate"}, {15, "severe"}},
				Cutoffs: []Cutoff{{Label: "caseness", At: 8, Source: "NHS Talking Therapies manual"}},
				Changes: []Threshold{{"reliable", 4, "NHS Talking Therapies manual"}},
			}},
			Licence: pfizer,
			Source:  "Spitzer et al 2006, Archives of Internal Medicine 166:1092",
		},
		{
			Code: "audit-c", Name: "Alcohol Use Disorders Identification Test, consumption",
			Items: numbered(3, 0, 4),
			Scales: []Scale{{
				Code: "total", Method: Sum, Max: 12, LowerIsBetter: true,
				Cutoffs: []Cutoff{{Label: "positive", At: 5, Source: "Alcohol Learning Centre, AUDIT-C as used in England"}},
			}},
			Licence: Licence{Holder: "WHO", Terms: "free to use"},
			Source:  "Bush et al 1998, Archives of Internal Medicine 158:1789",
		},
	}
}
