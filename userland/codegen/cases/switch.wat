;; A branch table is one comparison and one jump through a table of addresses.
(module
  (func $named (param i32) (result i32)
    (block $other
      (block $two
        (block $one
          (block $zero
            (br_table $zero $one $two $other (local.get 0)))
          (return (i32.const 10)))
        (return (i32.const 20)))
      (return (i32.const 30)))
    (i32.const 40)))

;; i386
;; named:
;;   lea    esp,[esp-0x8]
;;   mov    ecx,eax
;;   cmp    ecx,0x2
;;   jae    +12
;;   cmp    ecx,0x1
;;   jae    +20
;;   jmp    +19
;;   cmp    ecx,0x3
;;   jae    +2e
;;   jmp    +27
;;   mov    ecx,0xa
;;   jmp    +33
;;   mov    ecx,0x14
;;   jmp    +33
;;   mov    ecx,0x1e
;;   jmp    +33
;;   mov    ecx,0x28
;;   mov    eax,ecx
;;   lea    esp,[esp+0x8]
;;   ret
