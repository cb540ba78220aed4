package measure_test

import (
	"fmt"

	"github.com/socialprescribing/sp/needs/measure"
)

func Example() {
	phq, _ := measure.Find("phq-9")
	before, err := phq.Score(measure.Answers{"1": 2, "2": 3, "3": 2, "4": 2, "5": 1, "6": 2, "7": 1, "8": 0, "9": 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	first, _ := before.Of("total")
	fmt.Println(first.Value, first.Band, first.Crossed, "self-harm:", before.Alert("self-harm"))

	after, _ := phq.Score(measure.Answers{"1": 1, "2": 1, "3": 1, "4": 1, "5": 1, "6": 0, "7": 1, "8": 0, "9": 0})
	second, _ := after.Of("total")
	change, _ := phq.Change(first, second)
	fmt.Println(change.Points, "better:", change.Better, change.Met)

	// Without all answers there is no score, but there may be an alert.
	partial, _ := phq.Score(measure.Answers{"1": 2, "2": 1, "9": 1})
	_, err = partial.Of("total")
	fmt.Println(err)
	fmt.Println("self-harm:", partial.Alert("self-harm"))
	// Output:
	// 14 moderate [caseness] self-harm: yes
	// -8 better: yes [reliable]
	// measure: phq-9 total: no answer to 3, 4, 5, 6, 7, 8
	// self-harm: yes
}

func ExampleValueSet_Index() {
	eq5d, _ := measure.Find("eq-5d-5l")
	state := measure.Answers{"mobility": 2, "self-care": 1, "activity": 2, "pain": 3, "anxiety": 2}
	index, err := measure.UK5L().Index(eq5d, state)
	fmt.Println(index.Value, index.ValueSet, err)
	// Output:
	// 0.812 uk-5l 2026 <nil>
}
