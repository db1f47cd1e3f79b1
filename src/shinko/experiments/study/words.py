"""What a study's figures and report say, in English and Japanese; numbers are filled in later."""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[str, str]

WORDS: Mapping[str, Words] = {
    "en": {
        # Figures
        "epoch": "epoch",
        "return": "return",
        "selected": "selected",
        "exact optimum": "exact optimum {value:.3f}",
        "share": "share of the chords played",
        "others": "others",
        "beta": "weight of the entropy, β",
        "effective chords": "effective chords",
        "optimum": "in the return: exact optimum",
        "rest": "as a bonus: exact rest",
        "learned return": "in the return: learned",
        "learned bonus": "as a bonus: learned",
        # Report
        "title": "Study of table {table}",
        "about": "LSTM policies learned by REINFORCE; epochs: {epochs}; trainings: {seeds} of "
        "each of the poster's β, {sweep} of each other one. The reward of a chord is its "
        "probability after what came before. Entropy with weight β counts as a bonus in the loss, "
        "as on the poster, or in the return, where the optimum is known exactly.",
        "found": "What was found",
        "poster says": "The poster",
        "here": "Here",
        "holds": "Holds",
        "yes": "yes",
        "no": "no",
        "open": "open",
        "forecast": "From the table alone: the loop of the greatest mean reward is {loop} "
        "({reward:.3f} a chord). {rest}",
        "below": "The poster's loss comes to rest at a policy that isn't diverse where β is below "
        "{beta:.3g}.",
        "nowhere": "The poster's loss comes to rest at a diverse policy at any β.",
        "everywhere": "The poster's loss comes to rest at a policy that isn't diverse at any β.",
        "holds about": "Yes or no: the exact 95% interval of the chance that a training bears the "
        "claim out lies above, or below, one half. Open: it doesn't, as with five trainings or "
        "fewer in any case.",
        "returns caption": "Return by epoch: thin lines are single trainings, thick ones their "
        "interquartile mean with its 95% bootstrap interval; where trainings end in several ways "
        "it lies between them. Circles are the selected checkpoints, the dashed line is the exact "
        "optimum.",
        "survival caption": "The share of trainings that hasn't collapsed yet, by epoch, with the "
        "exact 95% interval of the chance.",
        "not yet": "share not yet collapsed",
        "shares caption": "Each chord's share of what was played, by epoch, averaged over the "
        "trainings that ended alike; for each β the commonest endings, and how many trainings "
        "had them. The commonest chords have a colour of their own.",
        "sweep caption": "What trainings end with over β (points), beside what is exact (lines). "
        "Where the line of the optimum falls steeply, a little more entropy turns one loop into "
        "variety: a phase transition.",
        "played": "What they play",
        "played about": "The first training of each β, always with the same chance; the bold epoch "
        "is the selected checkpoint. Chord names are those in C major.",
        "checkpoints": "Selected and last checkpoints",
        "swept": "The sweep",
        "swept about": "Interquartile means with 95% bootstrap intervals; where some trainings of "
        "a β end diverse and others don't, each kind has a row.",
        "ended": "How they ended",
        "ended about": "Trainings by how they ended, those that collapsed by the chords that make "
        "up four fifths of what they play last, with the exact 95% interval of the chance; "
        "interquartile means with 95% bootstrap intervals, from five trainings on.",
        "ends on": "ends on",
        "trainings": "trainings",
        "of": "{count} of {of}",
        "ended diverse": "diverse at the end",
        "counts": "entropy",
        "counts return": "in the return",
        "counts bonus": "as a bonus",
        "exact return": "exact return",
        "exact chords": "exact effective chords",
        "optimality": "optimality",
        "seed": "seed",
        "collapse": "collapse",
        "never": "never",
        "commonest pair": "commonest pair",
        "last return": "last return",
        "last chords": "last effective chords",
        "last pair": "last commonest pair",
        # The poster's claims, and what became of them
        "claim collapse": "Without entropy (β = {beta:.2f}), training collapses.",
        "claim loop": "It collapses onto consecutive high-scoring chords.",
        "claim entropy": "Entropy (β = {beta:.2f}) keeps it musical.",
        "claim select": "The model right before the collapse is the one to compose with.",
        "collapsed": "Trainings that collapsed within {epochs} epochs: {rate}{when}.",
        "rate": "{count} of {of} (95% interval {low:.0%} to {high:.0%})",
        "first": ", the first at epoch {epoch}",
        "half": ", half of all by epoch {epoch}",
        "loops": "Of the {count} that collapsed, with either β: at the end a chord earns "
        "{last:.2f}, at the selected checkpoints {selected:.2f}, and {pair:.0%} of all pairs are "
        "one. {ends} The best loop of the table ({loop}) would earn {best:.2f} a chord.",
        "ends": "With β = {beta:.2f} they end on {chords}.",
        "then": " ",
        "stayed diverse": "no loop: diverse",
        "no collapse": "No training collapsed after a diverse checkpoint.",
        "musical": "Those that didn't collapse ({count}) have return {value:.2f} at the end; the "
        "table's own chain has {chain:.2f}, uniform choice {uniform:.2f}.",
        "resting": "The loss would come to rest, if ever it does, at return {value:.2f} with "
        "{chords:.1f} effective chords, which is {diverse}.",
        "diverse": "diverse",
        "not diverse": "not diverse",
        "choice": "Of the {count} that collapsed, with either β: {before:.0f} epochs before it, "
        "the selected checkpoints have {selected:.1f} effective chords and {pair:.0%} of all pairs "
        "are one; at the end {last:.1f} and {last_pair:.0%}.",
        "sweep found": "With the entropy in the return, the optimality of what is learned is "
        "{least:.3f} to {most:.3f} (0 is uniform choice, 1 the optimum), with {first} effective "
        "chords at β = {low:g} and {then} at {high:g}, where the optimum has {exact_first:.1f} "
        "and {exact_then:.1f}. As a bonus, the same β give {bonus_first} and {bonus_then}.",
        "in some": "{value} (in {count} of {of})",
        "or": " or ",
        "sentence": "{first} {then}",
        "list": ", ",
    },
    "ja": {
        "epoch": "エポック",
        "return": "収益",
        "selected": "選んだ時点",
        "exact optimum": "厳密な最適値 {value:.3f}",
        "share": "演奏されたコードの割合",
        "others": "その他",
        "beta": "エントロピーの重み β",
        "effective chords": "実効コード数",
        "optimum": "収益に含める：厳密な最適",
        "rest": "損失に加える：厳密な静止点",
        "learned return": "収益に含める：学習結果",
        "learned bonus": "損失に加える：学習結果",
        "title": "統計表 {table} の実験",
        "about": "REINFORCE で学習した LSTM のポリシー。{epochs} エポック、ポスターの β はそれぞれ "
        "{seeds} 回、その他の β は {sweep} 回ずつ学習しました。"
        "コードの報酬は、直前までのコードに対する出現確率です。重み β のエントロピーは、"
        "ポスターと同じく損失に加えるか、収益に含めます。後者は最適値が厳密に求まります。",
        "found": "わかったこと",
        "poster says": "ポスター",
        "here": "この実験",
        "holds": "成り立つか",
        "yes": "はい",
        "no": "いいえ",
        "open": "不明",
        "forecast": "統計表だけからわかること：平均報酬が最大のループは {loop}"
        "（1 コードあたり {reward:.3f}）。{rest}",
        "below": "ポスターの損失が行き着くポリシーは、β が {beta:.3g} 未満では多様ではありません。",
        "nowhere": "ポスターの損失が行き着くポリシーは、どの β でも多様です。",
        "everywhere": "ポスターの損失が行き着くポリシーは、どの β でも多様ではありません。",
        "holds about": "「はい」「いいえ」は、1 回の学習で主張が成り立つ確率の正確な 95% 信頼区間"
        "が 1/2 より上、または下にあることを示します。どちらでもなければ「不明」で、学習が 5 回以下"
        "なら必ず「不明」です。",
        "returns caption": "エポックごとの収益。細い線は個々の学習、太い線はその四分位平均（中央の"
        "半分の平均）と 95% ブートストラップ区間です。学習の行き先が分かれるとき、平均はその間を"
        "通ります。丸は選んだ時点、破線は厳密な最適値です。",
        "survival caption": "まだ崩壊していない学習の割合（エポックごと）と、その確率の正確な "
        "95% 信頼区間。",
        "not yet": "まだ崩壊していない割合",
        "shares caption": "エポックごとの、演奏された各コードの割合。同じ終わり方をした学習の"
        "平均を、β ごとに多い順に、回数とともに示します。多いコードには固有の色があります。",
        "sweep caption": "β を変えたときの学習結果（点）と厳密な値（線）。最適の線が急に落ちる"
        "ところでは、エントロピーを少し増やすだけで一つのループが多様な進行に変わります"
        "（相転移）。",
        "played": "演奏される進行",
        "played about": "各 β の最初の学習から、いつも同じ乱数で。太字のエポックが選んだ時点です。"
        "コードネームはハ長調のものです。",
        "checkpoints": "選んだ時点と最後の時点",
        "swept": "β を変えた結果",
        "swept about": "四分位平均と 95% ブートストラップ区間。同じ β で多様なまま終わる学習と"
        "そうでない学習があれば、それぞれに 1 行あります。",
        "ended": "終わり方",
        "ended about": "学習を終わり方で分けたもの。崩壊した学習は、最後に演奏されるコードの "
        "5 分の 4 を占めるコードで分けます。確率の正確な 95% 信頼区間、四分位平均と "
        "95% ブートストラップ区間（学習が 5 回以上のとき）つき。",
        "ends on": "最後のコード",
        "trainings": "学習の回数",
        "of": "{of} 回中 {count} 回",
        "ended diverse": "最後に多様",
        "counts": "エントロピー",
        "counts return": "収益に含める",
        "counts bonus": "損失に加える",
        "exact return": "厳密な収益",
        "exact chords": "厳密な実効コード数",
        "optimality": "最適度",
        "seed": "シード",
        "collapse": "崩壊",
        "never": "なし",
        "commonest pair": "最多の 2 コード",
        "last return": "最後の収益",
        "last chords": "最後の実効コード数",
        "last pair": "最後の最多の 2 コード",
        "claim collapse": "エントロピーなし（β = {beta:.2f}）では学習が崩壊する。",
        "claim loop": "得点の高いコードの連続に崩壊する。",
        "claim entropy": "エントロピー（β = {beta:.2f}）があれば音楽的なままである。",
        "claim select": "崩壊直前のモデルを作曲に使うべきである。",
        "collapsed": "{epochs} エポック以内に崩壊した学習は {rate}です{when}。",
        "rate": "{of} 回のうち {count} 回（95% 信頼区間 {low:.0%}～{high:.0%}）",
        "first": "。最初はエポック {epoch}",
        "half": "、半数に達したのはエポック {epoch}",
        "loops": "崩壊した {count} 回（両方の β）では、最後の 1 コードの報酬は {last:.2f}、"
        "選んだ時点では {selected:.2f} で、最後には連続する 2 コードの {pair:.0%} が同じ組です。"
        "{ends}統計表で最良のループ（{loop}）なら 1 コードあたり {best:.2f} です。",
        "ends": "β = {beta:.2f} の行き先は {chords} です。",
        "then": "",
        "stayed diverse": "ループなし（多様）",
        "no collapse": "多様な時点の後に崩壊した学習はありませんでした。",
        "musical": "崩壊しなかった学習（{count} 回）の最後の収益は {value:.2f} です（統計表自身の"
        "連鎖は {chain:.2f}、一様な選択は {uniform:.2f}）。",
        "resting": "損失がいつか行き着く静止点は、収益 {value:.2f}、実効コード数 {chords:.1f} で、"
        "{diverse}。",
        "diverse": "多様です",
        "not diverse": "多様ではありません",
        "choice": "崩壊した {count} 回（両方の β）では、崩壊の {before:.0f} エポック前に選んだ"
        "時点の実効コード数は {selected:.1f}、最多の 2 コードは {pair:.0%}、最後には {last:.1f} と "
        "{last_pair:.0%} です。",
        "sweep found": "エントロピーを収益に含めると、学習結果の最適度は {least:.3f} から "
        "{most:.3f} です（0 は一様な選択、1 は最適）。実効コード数は β = {low:g} で {first}、"
        "{high:g} で {then} です（最適では {exact_first:.1f} と {exact_then:.1f}）。"
        "損失に加えた場合は、同じ β で {bonus_first} と {bonus_then} です。",
        "in some": "{value}（{of} 回のうち {count} 回）",
        "or": "または ",
        "sentence": "{first}{then}",
        "list": "、",
    },
}
LANGUAGES = tuple(WORDS)
