;; br_table with 300 targets, functions with many parameters, locals and results; nesting.
(module
  (func (export "large") (param i32) (result i32)
    block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block block 
    local.get 0
    br_table 0 1 4 9 16 25 36 49 64 11 30 51 4 29 56 15 46 9 44 11 50 21 64 39 16 65 46 29 14 1 60 51 44 39 36 35 36 39 44 51 60 1 14 29 46 65 16 39 64 21 50 11 44 9 46 15 56 29 4 51 30 11 64 49 36 25 16 9 4 1 0 1 4 9 16 25 36 49 64 11 30 51 4 29 56 15 46 9 44 11 50 21 64 39 16 65 46 29 14 1 60 51 44 39 36 35 36 39 44 51 60 1 14 29 46 65 16 39 64 21 50 11 44 9 46 15 56 29 4 51 30 11 64 49 36 25 16 9 4 1 0 1 4 9 16 25 36 49 64 11 30 51 4 29 56 15 46 9 44 11 50 21 64 39 16 65 46 29 14 1 60 51 44 39 36 35 36 39 44 51 60 1 14 29 46 65 16 39 64 21 50 11 44 9 46 15 56 29 4 51 30 11 64 49 36 25 16 9 4 1 0 1 4 9 16 25 36 49 64 11 30 51 4 29 56 15 46 9 44 11 50 21 64 39 16 65 46 29 14 1 60 51 44 39 36 35 36 39 44 51 60 1 14 29 46 65 16 39 64 21 50 11 44 9 46 15 56 29 4 51 30 11 64 49 36 25 16 9 4 1 0 1 4 9 16 25 36 49 64 11 30 51 4 29 56 15 46 9 44 11 70
    end i32.const 1 return
    end i32.const 8 return
    end i32.const 15 return
    end i32.const 22 return
    end i32.const 29 return
    end i32.const 36 return
    end i32.const 43 return
    end i32.const 50 return
    end i32.const 57 return
    end i32.const 64 return
    end i32.const 71 return
    end i32.const 78 return
    end i32.const 85 return
    end i32.const 92 return
    end i32.const 99 return
    end i32.const 106 return
    end i32.const 113 return
    end i32.const 120 return
    end i32.const 127 return
    end i32.const 134 return
    end i32.const 141 return
    end i32.const 148 return
    end i32.const 155 return
    end i32.const 162 return
    end i32.const 169 return
    end i32.const 176 return
    end i32.const 183 return
    end i32.const 190 return
    end i32.const 197 return
    end i32.const 204 return
    end i32.const 211 return
    end i32.const 218 return
    end i32.const 225 return
    end i32.const 232 return
    end i32.const 239 return
    end i32.const 246 return
    end i32.const 253 return
    end i32.const 260 return
    end i32.const 267 return
    end i32.const 274 return
    end i32.const 281 return
    end i32.const 288 return
    end i32.const 295 return
    end i32.const 302 return
    end i32.const 309 return
    end i32.const 316 return
    end i32.const 323 return
    end i32.const 330 return
    end i32.const 337 return
    end i32.const 344 return
    end i32.const 351 return
    end i32.const 358 return
    end i32.const 365 return
    end i32.const 372 return
    end i32.const 379 return
    end i32.const 386 return
    end i32.const 393 return
    end i32.const 400 return
    end i32.const 407 return
    end i32.const 414 return
    end i32.const 421 return
    end i32.const 428 return
    end i32.const 435 return
    end i32.const 442 return
    end i32.const 449 return
    end i32.const 456 return
    end i32.const 463 return
    end i32.const 470 return
    end i32.const 477 return
    end i32.const 484 return
    end i32.const -1)
  (func $wide (export "wide") (param i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64) (result f64)
    (local $sum f64)
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i32_s (local.get 0)) (f64.const 1))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i64_s (local.get 1)) (f64.const 2))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.promote_f32 (local.get 2)) (f64.const 3))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (local.get 3) (f64.const 4))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i32_s (local.get 4)) (f64.const 5))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i64_s (local.get 5)) (f64.const 6))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.promote_f32 (local.get 6)) (f64.const 7))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (local.get 7) (f64.const 8))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i32_s (local.get 8)) (f64.const 9))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i64_s (local.get 9)) (f64.const 10))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.promote_f32 (local.get 10)) (f64.const 11))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (local.get 11) (f64.const 12))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i32_s (local.get 12)) (f64.const 13))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i64_s (local.get 13)) (f64.const 14))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.promote_f32 (local.get 14)) (f64.const 15))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (local.get 15) (f64.const 16))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i32_s (local.get 16)) (f64.const 17))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i64_s (local.get 17)) (f64.const 18))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.promote_f32 (local.get 18)) (f64.const 19))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (local.get 19) (f64.const 20))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i32_s (local.get 20)) (f64.const 21))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i64_s (local.get 21)) (f64.const 22))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.promote_f32 (local.get 22)) (f64.const 23))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (local.get 23) (f64.const 24))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i32_s (local.get 24)) (f64.const 25))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i64_s (local.get 25)) (f64.const 26))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.promote_f32 (local.get 26)) (f64.const 27))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (local.get 27) (f64.const 28))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i32_s (local.get 28)) (f64.const 29))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i64_s (local.get 29)) (f64.const 30))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.promote_f32 (local.get 30)) (f64.const 31))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (local.get 31) (f64.const 32))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i32_s (local.get 32)) (f64.const 33))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i64_s (local.get 33)) (f64.const 34))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.promote_f32 (local.get 34)) (f64.const 35))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (local.get 35) (f64.const 36))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i32_s (local.get 36)) (f64.const 37))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.convert_i64_s (local.get 37)) (f64.const 38))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.promote_f32 (local.get 38)) (f64.const 39))))
    (local.set $sum (f64.add (local.get $sum) (f64.mul (local.get 39) (f64.const 40))))
    (local.get $sum))
  (func (export "call-wide") (param i32 i64 f32 f64) (result f64)
    (call $wide (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 0) (local.get 1) (local.get 2) (local.get 3)))
  (func $results (param i32) (result i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64)
    (i32.add (local.get 0) (i32.const 0))
    (i64.add (i64.extend_i32_s (local.get 0)) (i64.const 1))
    (f32.add (f32.convert_i32_s (local.get 0)) (f32.const 2))
    (f64.add (f64.convert_i32_s (local.get 0)) (f64.const 3))
    (i32.add (local.get 0) (i32.const 4))
    (i64.add (i64.extend_i32_s (local.get 0)) (i64.const 5))
    (f32.add (f32.convert_i32_s (local.get 0)) (f32.const 6))
    (f64.add (f64.convert_i32_s (local.get 0)) (f64.const 7))
    (i32.add (local.get 0) (i32.const 8))
    (i64.add (i64.extend_i32_s (local.get 0)) (i64.const 9))
    (f32.add (f32.convert_i32_s (local.get 0)) (f32.const 10))
    (f64.add (f64.convert_i32_s (local.get 0)) (f64.const 11))
    (i32.add (local.get 0) (i32.const 12))
    (i64.add (i64.extend_i32_s (local.get 0)) (i64.const 13))
    (f32.add (f32.convert_i32_s (local.get 0)) (f32.const 14))
    (f64.add (f64.convert_i32_s (local.get 0)) (f64.const 15))
    (i32.add (local.get 0) (i32.const 16))
    (i64.add (i64.extend_i32_s (local.get 0)) (i64.const 17))
    (f32.add (f32.convert_i32_s (local.get 0)) (f32.const 18))
    (f64.add (f64.convert_i32_s (local.get 0)) (f64.const 19))
    (i32.add (local.get 0) (i32.const 20))
    (i64.add (i64.extend_i32_s (local.get 0)) (i64.const 21))
    (f32.add (f32.convert_i32_s (local.get 0)) (f32.const 22))
    (f64.add (f64.convert_i32_s (local.get 0)) (f64.const 23))
  )
  (func (export "results") (param i32) (result i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64 i32 i64 f32 f64) (call $results (local.get 0)))
  (func (export "deep") (param i32) (result i32)
    block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) block (result i32) local.get 0 i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end i32.const 1 i32.add end)
  (func (export "many-locals") (param i32) (result i32)
    (local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 )
    (local.set 1 (i32.mul (local.get 0) (i32.const 1)))
    (local.set 2 (i32.mul (local.get 0) (i32.const 2)))
    (local.set 3 (i32.mul (local.get 0) (i32.const 3)))
    (local.set 4 (i32.mul (local.get 0) (i32.const 4)))
    (local.set 5 (i32.mul (local.get 0) (i32.const 5)))
    (local.set 6 (i32.mul (local.get 0) (i32.const 6)))
    (local.set 7 (i32.mul (local.get 0) (i32.const 7)))
    (local.set 8 (i32.mul (local.get 0) (i32.const 8)))
    (local.set 9 (i32.mul (local.get 0) (i32.const 9)))
    (local.set 10 (i32.mul (local.get 0) (i32.const 10)))
    (local.set 11 (i32.mul (local.get 0) (i32.const 11)))
    (local.set 12 (i32.mul (local.get 0) (i32.const 12)))
    (local.set 13 (i32.mul (local.get 0) (i32.const 13)))
    (local.set 14 (i32.mul (local.get 0) (i32.const 14)))
    (local.set 15 (i32.mul (local.get 0) (i32.const 15)))
    (local.set 16 (i32.mul (local.get 0) (i32.const 16)))
    (local.set 17 (i32.mul (local.get 0) (i32.const 17)))
    (local.set 18 (i32.mul (local.get 0) (i32.const 18)))
    (local.set 19 (i32.mul (local.get 0) (i32.const 19)))
    (local.set 20 (i32.mul (local.get 0) (i32.const 20)))
    (local.set 21 (i32.mul (local.get 0) (i32.const 21)))
    (local.set 22 (i32.mul (local.get 0) (i32.const 22)))
    (local.set 23 (i32.mul (local.get 0) (i32.const 23)))
    (local.set 24 (i32.mul (local.get 0) (i32.const 24)))
    (local.set 25 (i32.mul (local.get 0) (i32.const 25)))
    (local.set 26 (i32.mul (local.get 0) (i32.const 26)))
    (local.set 27 (i32.mul (local.get 0) (i32.const 27)))
    (local.set 28 (i32.mul (local.get 0) (i32.const 28)))
    (local.set 29 (i32.mul (local.get 0) (i32.const 29)))
    (local.set 30 (i32.mul (local.get 0) (i32.const 30)))
    (local.set 31 (i32.mul (local.get 0) (i32.const 31)))
    (local.set 32 (i32.mul (local.get 0) (i32.const 32)))
    (local.set 33 (i32.mul (local.get 0) (i32.const 33)))
    (local.set 34 (i32.mul (local.get 0) (i32.const 34)))
    (local.set 35 (i32.mul (local.get 0) (i32.const 35)))
    (local.set 36 (i32.mul (local.get 0) (i32.const 36)))
    (local.set 37 (i32.mul (local.get 0) (i32.const 37)))
    (local.set 38 (i32.mul (local.get 0) (i32.const 38)))
    (local.set 39 (i32.mul (local.get 0) (i32.const 39)))
    (local.set 40 (i32.mul (local.get 0) (i32.const 40)))
    (local.set 41 (i32.mul (local.get 0) (i32.const 41)))
    (local.set 42 (i32.mul (local.get 0) (i32.const 42)))
    (local.set 43 (i32.mul (local.get 0) (i32.const 43)))
    (local.set 44 (i32.mul (local.get 0) (i32.const 44)))
    (local.set 45 (i32.mul (local.get 0) (i32.const 45)))
    (local.set 46 (i32.mul (local.get 0) (i32.const 46)))
    (local.set 47 (i32.mul (local.get 0) (i32.const 47)))
    (local.set 48 (i32.mul (local.get 0) (i32.const 48)))
    (local.set 49 (i32.mul (local.get 0) (i32.const 49)))
    (local.set 50 (i32.mul (local.get 0) (i32.const 50)))
    (local.set 51 (i32.mul (local.get 0) (i32.const 51)))
    (local.set 52 (i32.mul (local.get 0) (i32.const 52)))
    (local.set 53 (i32.mul (local.get 0) (i32.const 53)))
    (local.set 54 (i32.mul (local.get 0) (i32.const 54)))
    (local.set 55 (i32.mul (local.get 0) (i32.const 55)))
    (local.set 56 (i32.mul (local.get 0) (i32.const 56)))
    (local.set 57 (i32.mul (local.get 0) (i32.const 57)))
    (local.set 58 (i32.mul (local.get 0) (i32.const 58)))
    (local.set 59 (i32.mul (local.get 0) (i32.const 59)))
    (local.set 60 (i32.mul (local.get 0) (i32.const 60)))
    local.get 1 local.get 2 i32.add local.get 3 i32.add local.get 4 i32.add local.get 5 i32.add local.get 6 i32.add local.get 7 i32.add local.get 8 i32.add local.get 9 i32.add local.get 10 i32.add local.get 11 i32.add local.get 12 i32.add local.get 13 i32.add local.get 14 i32.add local.get 15 i32.add local.get 16 i32.add local.get 17 i32.add local.get 18 i32.add local.get 19 i32.add local.get 20 i32.add local.get 21 i32.add local.get 22 i32.add local.get 23 i32.add local.get 24 i32.add local.get 25 i32.add local.get 26 i32.add local.get 27 i32.add local.get 28 i32.add local.get 29 i32.add local.get 30 i32.add local.get 31 i32.add local.get 32 i32.add local.get 33 i32.add local.get 34 i32.add local.get 35 i32.add local.get 36 i32.add local.get 37 i32.add local.get 38 i32.add local.get 39 i32.add local.get 40 i32.add local.get 41 i32.add local.get 42 i32.add local.get 43 i32.add local.get 44 i32.add local.get 45 i32.add local.get 46 i32.add local.get 47 i32.add local.get 48 i32.add local.get 49 i32.add local.get 50 i32.add local.get 51 i32.add local.get 52 i32.add local.get 53 i32.add local.get 54 i32.add local.get 55 i32.add local.get 56 i32.add local.get 57 i32.add local.get 58 i32.add local.get 59 i32.add local.get 60 i32.add)
  (func (export "many-floats") (param f64) (result f64)
    (local f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 f64 )
    (local.set 1 (f64.mul (local.get 0) (f64.const 1)))
    (local.set 2 (f64.mul (local.get 0) (f64.const 2)))
    (local.set 3 (f64.mul (local.get 0) (f64.const 3)))
    (local.set 4 (f64.mul (local.get 0) (f64.const 4)))
    (local.set 5 (f64.mul (local.get 0) (f64.const 5)))
    (local.set 6 (f64.mul (local.get 0) (f64.const 6)))
    (local.set 7 (f64.mul (local.get 0) (f64.const 7)))
    (local.set 8 (f64.mul (local.get 0) (f64.const 8)))
    (local.set 9 (f64.mul (local.get 0) (f64.const 9)))
    (local.set 10 (f64.mul (local.get 0) (f64.const 10)))
    (local.set 11 (f64.mul (local.get 0) (f64.const 11)))
    (local.set 12 (f64.mul (local.get 0) (f64.const 12)))
    (local.set 13 (f64.mul (local.get 0) (f64.const 13)))
    (local.set 14 (f64.mul (local.get 0) (f64.const 14)))
    (local.set 15 (f64.mul (local.get 0) (f64.const 15)))
    (local.set 16 (f64.mul (local.get 0) (f64.const 16)))
    (local.set 17 (f64.mul (local.get 0) (f64.const 17)))
    (local.set 18 (f64.mul (local.get 0) (f64.const 18)))
    (local.set 19 (f64.mul (local.get 0) (f64.const 19)))
    (local.set 20 (f64.mul (local.get 0) (f64.const 20)))
    (local.set 21 (f64.mul (local.get 0) (f64.const 21)))
    (local.set 22 (f64.mul (local.get 0) (f64.const 22)))
    (local.set 23 (f64.mul (local.get 0) (f64.const 23)))
    (local.set 24 (f64.mul (local.get 0) (f64.const 24)))
    local.get 1 local.get 2 f64.add local.get 3 f64.add local.get 4 f64.add local.get 5 f64.add local.get 6 f64.add local.get 7 f64.add local.get 8 f64.add local.get 9 f64.add local.get 10 f64.add local.get 11 f64.add local.get 12 f64.add local.get 13 f64.add local.get 14 f64.add local.get 15 f64.add local.get 16 f64.add local.get 17 f64.add local.get 18 f64.add local.get 19 f64.add local.get 20 f64.add local.get 21 f64.add local.get 22 f64.add local.get 23 f64.add local.get 24 f64.add)
)
(assert_return (invoke "large" (i32.const 0)) (i32.const 1))
(assert_return (invoke "large" (i32.const 13)) (i32.const 204))
(assert_return (invoke "large" (i32.const 26)) (i32.const 323))
(assert_return (invoke "large" (i32.const 39)) (i32.const 358))
(assert_return (invoke "large" (i32.const 52)) (i32.const 309))
(assert_return (invoke "large" (i32.const 65)) (i32.const 176))
(assert_return (invoke "large" (i32.const 78)) (i32.const 449))
(assert_return (invoke "large" (i32.const 91)) (i32.const 148))
(assert_return (invoke "large" (i32.const 104)) (i32.const 253))
(assert_return (invoke "large" (i32.const 117)) (i32.const 274))
(assert_return (invoke "large" (i32.const 130)) (i32.const 211))
(assert_return (invoke "large" (i32.const 143)) (i32.const 64))
(assert_return (invoke "large" (i32.const 156)) (i32.const 323))
(assert_return (invoke "large" (i32.const 169)) (i32.const 8))
(assert_return (invoke "large" (i32.const 182)) (i32.const 99))
(assert_return (invoke "large" (i32.const 195)) (i32.const 106))
(assert_return (invoke "large" (i32.const 208)) (i32.const 29))
(assert_return (invoke "large" (i32.const 221)) (i32.const 358))
(assert_return (invoke "large" (i32.const 234)) (i32.const 113))
(assert_return (invoke "large" (i32.const 247)) (i32.const 274))
(assert_return (invoke "large" (i32.const 260)) (i32.const 351))
(assert_return (invoke "large" (i32.const 273)) (i32.const 344))
(assert_return (invoke "large" (i32.const 286)) (i32.const 253))
(assert_return (invoke "large" (i32.const 299)) (i32.const 78))
(assert_return (invoke "large" (i32.const 63)) (i32.const 344))
(assert_return (invoke "large" (i32.const 64)) (i32.const 253))
(assert_return (invoke "large" (i32.const 65)) (i32.const 176))
(assert_return (invoke "large" (i32.const 127)) (i32.const 204))
(assert_return (invoke "large" (i32.const 128)) (i32.const 29))
(assert_return (invoke "large" (i32.const 255)) (i32.const 456))
(assert_return (invoke "large" (i32.const 256)) (i32.const 113))
(assert_return (invoke "large" (i32.const 298)) (i32.const 309))
(assert_return (invoke "large" (i32.const 299)) (i32.const 78))
(assert_return (invoke "large" (i32.const 300)) (i32.const -1))
(assert_return (invoke "large" (i32.const 301)) (i32.const -1))
(assert_return (invoke "large" (i32.const -1)) (i32.const -1))
(assert_return (invoke "large" (i32.const 0x80000000)) (i32.const -1))
(assert_return (invoke "large" (i32.const 65536)) (i32.const -1))
(assert_return (invoke "call-wide" (i32.const -3) (i64.const 0x200000000) (f32.const 1.5) (f64.const -0.25)) (f64.const 1717986918090.0))
(assert_return (invoke "wide" (i32.const -3) (i64.const 0x200000000) (f32.const 1.5) (f64.const -0.25) (i32.const -3) (i64.const 0x200000000) (f32.const 1.5) (f64.const -0.25) (i32.const -3) (i64.const 0x200000000) (f32.const 1.5) (f64.const -0.25) (i32.const -3) (i64.const 0x200000000) (f32.const 1.5) (f64.const -0.25) (i32.const -3) (i64.const 0x200000000) (f32.const 1.5) (f64.const -0.25) (i32.const -3) (i64.const 0x200000000) (f32.const 1.5) (f64.const -0.25) (i32.const -3) (i64.const 0x200000000) (f32.const 1.5) (f64.const -0.25) (i32.const -3) (i64.const 0x200000000) (f32.const 1.5) (f64.const -0.25) (i32.const -3) (i64.const 0x200000000) (f32.const 1.5) (f64.const -0.25) (i32.const -3) (i64.const 0x200000000) (f32.const 1.5) (f64.const -0.25)) (f64.const 1717986918090.0))
(assert_return (invoke "results" (i32.const 100)) (i32.const 100) (i64.const 101) (f32.const 102) (f64.const 103) (i32.const 104) (i64.const 105) (f32.const 106) (f64.const 107) (i32.const 108) (i64.const 109) (f32.const 110) (f64.const 111) (i32.const 112) (i64.const 113) (f32.const 114) (f64.const 115) (i32.const 116) (i64.const 117) (f32.const 118) (f64.const 119) (i32.const 120) (i64.const 121) (f32.const 122) (f64.const 123))
(assert_return (invoke "deep" (i32.const 5)) (i32.const 65))
(assert_return (invoke "many-locals" (i32.const 3)) (i32.const 5490))
(assert_return (invoke "many-floats" (f64.const 0.5)) (f64.const 150))
