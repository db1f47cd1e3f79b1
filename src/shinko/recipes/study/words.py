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
        "about": "LSTM policies learned by REINFORCE, {epochs} epochs, {seeds} seeds. The reward "
        "of a chord is its probability after what came before. Entropy with weight β counts as a "
        "bonus in the loss, as on the poster, or in the return, where the optimum is known "
        "exactly.",
        "found": "What was found",
        "poster says": "The poster",
        "here": "Here",
        "holds": "Holds",
        "yes": "yes",
        "partly": "partly",
        "no": "no",
        "open": "open",
        "forecast": "From the table alone: the loop of the greatest mean reward is {loop} "
        "({reward:.3f} a chord), and the loss of the poster comes to rest at a policy that isn't "
        "diverse {below}.",
        "below": "below β = {beta:.3g}",
        "nowhere": "at no β",
        "everywhere": "at any β",
        "returns caption": "Return by epoch: mean over the seeds, with a band from the least to "
        "the greatest; circles are the selected checkpoints, the dashed line is the exact optimum.",
        "shares caption": "Each chord's share of what was played, by epoch, averaged over the "
        "seeds.",
        "sweep caption": "What trainings end with over β (points), beside what is exact (lines). "
        "Where the line of the optimum falls steeply, a little more entropy turns one loop into "
        "variety: a phase transition.",
        "played": "What they play",
        "played about": "The first training of each β, always with the same chance; the bold epoch "
        "is the selected checkpoint. Chord names are those in C major.",
        "checkpoints": "Selected and last checkpoints",
        "swept": "The sweep, averaged over the seeds",
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
        "collapsed": "{fallen} of {count} trainings collapsed{when}.",
        "when": ", at epoch {epochs}",
        "loops": "After the collapse a chord earns {last:.2f}, at the selected checkpoints "
        "{selected:.2f}. {common} make up {share:.0%} of the last epoch; the best loop of the "
        "table ({loop}) would earn {best:.2f} a chord.",
        "no collapse": "No training collapsed after a diverse checkpoint.",
        "resting": "Left to itself for long, the loss would come to rest at return {value:.2f} "
        "with {chords:.1f} effective chords, which is {diverse}.",
        "diverse": "diverse",
        "not diverse": "collapsed, too: this β delays the collapse and doesn't prevent it",
        "choice": "Selected: {selected:.1f} effective chords, commonest pair {pair:.0%}. Last: "
        "{last:.1f} and {last_pair:.0%}.",
        "sweep found": "With the entropy in the return, trainings end at {least:.1%} to {most:.1%} "
        "of the exact optimum, and with {first:.1f} effective chords at β = {low:g}, {then:.1f} at "
        "{high:g}, where the optimum has {exact_first:.1f} and {exact_then:.1f}. As a bonus, the "
        "same β give {bonus_first:.1f} and {bonus_then:.1f}.",
        "sentence": "{first} {then}",
        "list": ", ",
        "and": " and ",
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
        "about": "REINFORCE で学習した LSTM のポリシー。{epochs} エポック、シード {seeds} 個。"
        "コードの報酬は、直前までのコードに対する出現確率です。重み β のエントロピーは、"
        "ポスターと同じく損失に加えるか、収益に含めます。後者は最適値が厳密に求まります。",
        "found": "わかったこと",
        "poster says": "ポスター",
        "here": "この実験",
        "holds": "成り立つか",
        "yes": "はい",
        "partly": "一部",
        "no": "いいえ",
        "open": "不明",
        "forecast": "統計表だけからわかること：平均報酬が最大のループは {loop}"
        "（1 コードあたり {reward:.3f}）。ポスターの損失が行き着くポリシーは、"
        "{below}多様ではありません。",
        "below": "β = {beta:.3g} 未満では",
        "nowhere": "どの β でも多様で、",
        "everywhere": "どの β でも",
        "returns caption": "エポックごとの収益。線はシードの平均、帯は最小から最大まで、"
        "丸は選んだ時点、破線は厳密な最適値です。",
        "shares caption": "エポックごとの、演奏された各コードの割合（シードの平均）。",
        "sweep caption": "β を変えたときの学習結果（点）と厳密な値（線）。最適の線が急に落ちる"
        "ところでは、エントロピーを少し増やすだけで一つのループが多様な進行に変わります"
        "（相転移）。",
        "played": "演奏される進行",
        "played about": "各 β の最初の学習から、いつも同じ乱数で。太字のエポックが選んだ時点です。"
        "コードネームはハ長調のものです。",
        "checkpoints": "選んだ時点と最後の時点",
        "swept": "β を変えた結果（シードの平均）",
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
        "collapsed": "{count} 回の学習のうち {fallen} 回が崩壊しました{when}。",
        "when": "（エポック {epochs}）",
        "loops": "崩壊後の 1 コードの報酬は {last:.2f}、選んだ時点では {selected:.2f} です。"
        "最後のエポックの {share:.0%} を {common} が占めます。統計表で最良のループ（{loop}）なら "
        "1 コードあたり {best:.2f} です。",
        "no collapse": "多様な時点の後に崩壊した学習はありませんでした。",
        "resting": "十分に長く続ければ、損失は収益 {value:.2f}、実効コード数 {chords:.1f} "
        "の静止点に行き着きます。これは{diverse}。",
        "diverse": "多様です",
        "not diverse": "崩壊した状態であり、この β は崩壊を遅らせるだけで、防ぎません",
        "choice": "選んだ時点：実効コード数 {selected:.1f}、最多の 2 コード {pair:.0%}。"
        "最後：{last:.1f}、{last_pair:.0%}。",
        "sweep found": "エントロピーを収益に含めると、学習は厳密な最適の {least:.1%} から "
        "{most:.1%} に達します。実効コード数は β = {low:g} で {first:.1f}、{high:g} で "
        "{then:.1f} です（最適では {exact_first:.1f} と {exact_then:.1f}）。損失に加えた場合は、"
        "同じ β で {bonus_first:.1f} と {bonus_then:.1f} です。",
        "sentence": "{first}{then}",
        "list": "、",
        "and": "、",
    },
}
LANGUAGES = tuple(WORDS)
