;; A counting loop keeps its locals in registers.
(module
  (memory 1)
  (func $total (param $from i32) (param $count i32) (result i32)
    (local $sum i32)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $from))))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))
    (local.get $sum)))

;; i386
;; total:
;;   lea    esp,[esp-0x8]
;;   mov    DWORD PTR [esp],ebx
;;   mov    DWORD PTR [esp+0x4],esi
;;   mov    ebx,edx
;;   mov    edx,eax
;;   mov    esi,0x0
;;   test   ebx,ebx
;;   je     +2f
;;   test   edx,edx
;;   jns    +22
;;   ud2
;;   mov    ecx,DWORD PTR [edx]
;;   lea    esi,[esi+ecx*1]
;;   lea    edx,[edx+0x4]
;;   lea    ebx,[ebx-0x1]
;;   jmp    +14
;;   mov    eax,esi
;;   mov    ebx,DWORD PTR [esp]
;;   mov    esi,DWORD PTR [esp+0x4]
;;   lea    esp,[esp+0x8]
;;   ret
